"use strict";

const $ = (id) => document.getElementById(id);

const show = (id, visible = true) => { $(id).hidden = !visible; };

// takeTokens ends an implicit sign-in. Tokens come behind the #, which browsers send to no server; ours is handed the
// ID token to verify it and to keep it in a cookie.
async function takeTokens() {
  const answer = new URLSearchParams(location.hash.slice(1));
  history.replaceState(null, "", "/"); // out of sight, and out of the history
  if (answer.has("error")) throw new Error(answer.get("error_description") ?? answer.get("error"));
  const response = await fetch("/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ idToken: answer.get("id_token") ?? "" }),
  });
  if (!response.ok) throw new Error(await response.text());
}

// call calls a route, from this origin to that of the API, and notes the answer.
async function call(url, path, token) {
  const headers = token ? { Authorization: token } : {};
  let status, body;
  try {
    const response = await fetch(url + path, { headers });
    status = String(response.status);
    body = await response.text();
  } catch (error) { // also what scripts get to see of an answer without CORS headers
    status = "failed";
    body = error.message;
  }
  note(`GET ${path} ${token ? "with" : "without"} token`, status, body);
}

// note puts an answer on top of the list.
function note(request, status, body) {
  const item = document.createElement("li");
  item.dataset.request = request;
  item.dataset.status = status;
  const parts = [["p", request], ["strong", status], ["pre", body]];
  item.append(...parts.map(([tag, text]) => Object.assign(document.createElement(tag), { textContent: text })));
  $("answers").prepend(item);
  show("no-answers", false);
}

async function start() {
  if (location.pathname === "/callback") await takeTokens().catch(report);
  const { endpoint, loginURL, mailbox, account } = await (await fetch("/session")).json();
  $("endpoint").textContent = endpoint;
  $("sign-in-implicit").href = loginURL;
  $("mailbox").href = mailbox;
  $("email").textContent = account?.email ?? "";
  show("sign-in", !account);
  show("who", account);
  show("sign-out", account);
  for (const button of document.querySelectorAll("button[data-path]")) {
    const withToken = button.dataset.token === "with";
    button.disabled = withToken && !account;
    button.onclick = () => call(endpoint, button.dataset.path, withToken ? account.idToken : "");
  }
  document.body.dataset.ready = "";
}

function report(error) {
  $("problem").textContent = `That did not work: ${error.message}`;
  show("problem");
}

start().catch(report);
