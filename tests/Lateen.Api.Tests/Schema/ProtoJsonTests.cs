namespace Lateen.Api.Tests.Schema;

using System.Text.Json.Nodes;
using Envoy.Config.Bootstrap.V3;
using Google.Protobuf;
using Lateen.Api.Schema;
using Lateen.Api.Text;

public sealed class ProtoJsonTests
{
    private const string Rich = """
        {
          "node": {"id": "a", "metadata": {"n": 1.5, "s": "x", "b": true, "none": null, "o": {"k": [1, "2", false, null, {}]}}},
          "admin": {"address": {"socketAddress": {"address": "::1", "port_value": 65535}}},
          "static_resources": {
            "clusters": [{
              "name": "a", "type": "STATIC", "lb_policy": 1, "connect_timeout": "1.000000001s", "perConnectionBufferLimitBytes": 1e3,
              "circuit_breakers": {"thresholds": [{"max_connections": "5", "max_retries": 0}]},
              "typed_extension_protocol_options": {"x": {
                "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": {"http2_protocol_options": {"max_concurrent_streams": 100}}}},
              "load_assignment": {"cluster_name": "a", "endpoints": [{"load_balancing_weight": 3, "lb_endpoints": [
                {"endpoint": {"address": {"socket_address": {"address": "1.2.3.4", "port_value": 1}}},
                 "metadata": {"filter_metadata": {"envoy.lb": {"v": "1"}}}}]}]}
            }],
            "secrets": [{"name": "s", "tls_certificate": {"private_key": {"inline_bytes": "+/8="}, "certificate_chain": {"inline_string": "é"}}}]
          },
          "layered_runtime": {"layers": [{"name": "l", "static_layer": {"re": {"limit": 10}}}]},
          "stats_config": null
        }
        """;

    private static readonly MessageSchema _bootstrap =
        ProtoSchema.Find("envoy.config.bootstrap.v3.Bootstrap") ?? throw new InvalidOperationException();

    [Fact]
    public void A_message_is_read_as_the_library_reads_it()
    {
        var parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(ProtoTypes.Registry));

        Bootstrap ours = Bootstrap.Parser.ParseFrom(ProtoJson.Encode(JsonNode.Parse(Rich), _bootstrap));

        Assert.Equal(parser.Parse<Bootstrap>(Rich), ours);
    }

    [Theory]
    [InlineData("""{"admin": {"address": {"socket_address": {"port_value": -1}}}}""")]
    [InlineData("""{"admin": {"address": {"socket_address": {"port_value": 4294967296}}}}""")]
    [InlineData("""{"admin": {"address": {"socket_address": {"port_value": 1.5}}}}""")]
    [InlineData("""{"admin": {"address": {"socket_address": {"port_value": "x"}}}}""")]
    [InlineData("""{"admin": {"address": {"socket_address": {"address": 5}}}}""")]
    [InlineData("""{"admin": {"address": []}}""")]
    [InlineData("""{"static_resources": {"clusters": {}}}""")]
    [InlineData("""{"static_resources": {"clusters": [null]}}""")]
    [InlineData("""{"static_resources": {"clusters": [{"type": "NOPE"}]}}""")]
    [InlineData("""{"static_resources": {"clusters": [{"connect_timeout": "1"}]}}""")]
    [InlineData("""{"static_resources": {"clusters": [{"connect_timeout": ".5s"}]}}""")]
    [InlineData("""{"static_resources": {"clusters": [{"connect_timeout": "1.1234567891s"}]}}""")]
    [InlineData("""{"static_resources": {"clusters": [{"connect_timeout": "999999999999s"}]}}""")]
    [InlineData("""{"static_resources": {"secrets": [{"tls_certificate": {"private_key": {"inline_bytes": "*"}}}]}}""")]
    [InlineData("""{"static_resources": {"secrets": [{"tls_certificate": {"private_key": {"inline_bytes": "", "filename": "x"}}}]}}""")]
    [InlineData("""{"static_resources": {"listeners": [{"listener_filters": [{"typed_config": {"@type": "x/y.Z"}}]}]}}""")]
    [InlineData("""{"nothing": 1}""")]
    public void What_does_not_fit_is_refused(string json) =>
        Assert.Throws<FormatException>(() => ProtoJson.Encode(JsonNode.Parse(json), _bootstrap).Length);

    [Fact]
    public void Nesting_has_a_limit()
    {
        string json = "{\"node\": {\"metadata\": " + string.Concat(Enumerable.Repeat("{\"a\":", 60)) + "1" + new string('}', 62);

        Assert.Throws<FormatException>(() => ProtoJson.Encode(JsonNode.Parse(json), _bootstrap).Length);
    }
}
