package vtl_test

import (
	"testing"

	"github.com/securedapi/securedapi/hack/awslocal/apigateway/vtl"
	"github.com/securedapi/securedapi/hack/awslocal/wire/wiretest"
)

func TestRender(t *testing.T) {
	const (
		guide     = "Velocity user guide"
		reference = "developer guide, api-gateway-mapping-template-reference"
		recorded  = "test_input_path_template_formatting, 2025-06-18"
		bodies    = "test_input_body_formatting, 2025-03-19"
	)
	variables := func(body string) map[string]any {
		return map[string]any{
			"input": vtl.Input{
				Body: body, Path: map[string]any{"id": "7"}, Query: map[string]any{"q": "a'b"},
				Header: map[string]any{"X-H": "h"},
			},
			"util":           vtl.Util{},
			"context":        map[string]any{"stage": "beta", "error": map[string]any{"messageString": `"no"`}},
			"stageVariables": map[string]any{"v": "value"},
		}
	}
	for _, row := range []struct{ name, source, template, body, want string }{
		{"text alone", guide, `{"statusCode": 200}`, "", `{"statusCode": 200}`},
		{"money", guide, `costs $5 and $ and #hash`, "", `costs $5 and $ and #hash`},
		{"members", reference, `$context.stage ${context.stage}d $!{context.none}.`, "", `beta betad .`},
		{"what leads nowhere is nothing", "test_invoking_canary_deployment, 2025-05-30", `"$stageVariables.none"`, "", `""`},
		{"a quoted message", reference, `{"message":$context.error.messageString}`, "", `{"message":"no"}`},
		{"set", guide, "#set($x = 'a')\n#set($y = \"${x}-b\")\n$y", "", "a-b"},
		{"if", guide, `#if($stageVariables.v == 'value')yes#else no#end`, "", "yes"},
		{"elseif", guide, `#if(1 > 2)a#elseif(1 < 2 && !false)b#{else}c#end`, "", "b"},
		{"arithmetic", guide, `#set($n = 2 + 3 * 4 - 1)$n #set($d = 7 / 2)$d`, "", "13 3"},
		{"foreach", guide, `#foreach($i in ['a', 'b'])$i$foreach.count#if($foreach.hasNext),#end#end`, "", "a1,b2"},
		{"maps", guide, `#set($m = {'a': 1})#set($m.b = 2)$m.get('a') $m.b $m.keySet()`, "", `1 2 ["a","b"]`},
		{"comments", guide, "a## gone\nb#* gone *#c", "", "abc"},
		{
			"strings", guide, `#set($s = 'Hello')$s.length() $s.toLowerCase() $s.substring(1, 3) $s.replace('l', 'L')`, "",
			"5 hello el HeLLo",
		},
		{
			"parameters", reference, `$input.params('id') $input.params('q') $input.params('x-h') $input.params().path.id`, "",
			"7 a'b h 7",
		},
		{
			"all parameters",
			"test_import_with_http_method_integration, 2025-07-02 (the document's template)",
			`#foreach($type in $input.params().keySet())$type:#set($p = $input.params().get($type))` +
				`#foreach($n in $p.keySet())$n=$util.escapeJavaScript($p.get($n));#end#end`, "",
			`path:id=7;querystring:q=a\'b;header:X-H=h;`,
		},
		{
			"json of a path", reference, `$input.json('$.a') $input.json('$.list[1]') $input.json('$["a"]')`,
			`{"a": {"b": 1}, "list": [1, "x"]}`, `{"b":1} "x" {"b":1}`,
		},
		{"every one", reference, `$input.json('$.list[*].n')`, `{"list":[{"n":1},{"n":2}]}`, "[1,2]"},
		{"a map looks as in Java", recorded, `$input.path('$.a')`, `{"a": {"bigger": "dict", "to": "test"}}`, "{bigger=dict, to=test}"},
		{"a list looks as in JSON", recorded, `$input.path('$.a')`, `{"a": [{"foo": "bar"}]}`, `[{"foo":"bar"}]`},
		{"a list in a map too", recorded, `$input.path('$.a')`, `{"a": {"foo": [{"nested": "bar"}]}}`, `{foo=[{"nested":"bar"}]}`},
		{"an order is kept", recorded, `$input.path('$')`, `{"z": "1", "a": "2"}`, "{z=1, a=2}"},
		{
			"a path of nothing", recorded, `{"body": $input.path('$.a'), "isNull": "#if($input.path('$.a') == $null)true#end"}`, "",
			`{"body": , "isNull": "true"}`,
		},
		{"an empty body reads as an object", bodies, `$input.body`, "", "{}"},
		{"a body as it is", bodies, `Body=$input.body`, "some raw data", "Body=some raw data"},
		{"a body for a URL", bodies, `$util.urlEncode($input.body)`, `{"some": "value"}`, "%7B%22some%22%3A+%22value%22%7D"},
		{"base64", reference, `$util.base64Decode($util.base64Encode('x'))`, "", "x"},
		{"JSON in JSON", reference, `$util.parseJson($input.path('$.a')).b`, `{"a": "{\"b\": 2}"}`, "2"},
	} {
		t.Run(row.name, func(t *testing.T) {
			wiretest.Source(t, row.source)
			got, err := vtl.Render(row.template, variables(row.body))
			if err != nil {
				t.Fatal(err)
			}
			if got != row.want {
				t.Errorf("source: %s\n%q, want %q", row.source, got, row.want)
			}
		})
	}
}

func TestTemplatesThatCannotBeRendered(t *testing.T) {
	for _, template := range []string{
		`#if(true)`, `#foreach($i in [1])`, `#end`, `#set($x 1)`, `#set(x = 1)`, `#if('a)b#end`,
		`$util.nothing('x')`, `#set($s = 'a')$s.substring(5)`,
	} {
		if got, err := vtl.Render(template, map[string]any{"util": vtl.Util{}}); err == nil {
			t.Errorf("%s: rendered as %q", template, got)
		}
	}
}
