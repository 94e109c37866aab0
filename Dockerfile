# The operator, static, on nothing but certificate authorities. The image's Go is that of go.mod's toolchain line.
FROM --platform=$BUILDPLATFORM golang:1.26.11 AS build
ARG TARGETOS TARGETARCH VERSION
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath \
    -ldflags "-s -w -X github.com/prometheus/common/version.Version=$VERSION" -o /securedapi .

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /securedapi /securedapi
USER 65532:65532
ENTRYPOINT ["/securedapi"]
