namespace Lateen.Filters.Tests.AccessLoggers;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Transport;
using Lateen.Filters.AccessLoggers;
using Lateen.Proxy.Formatting;
using Lateen.Proxy.Http;
using Lateen.Testing;

public sealed class LogFormatTests
{
    private const string IstioFormat =
        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% "
        + "%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %BYTES_RECEIVED% "
        + "%BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" "
        + "\"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% "
        + "%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n";

    [Fact]
    public void The_default_format_of_Istio_gives_this_line()
    {
        Assert.Equal(
            "[2026-01-31T10:20:30.456Z] \"GET /reviews/0 HTTP/1.1\" 200 - via_upstream - \"-\" 0 375 12 11 \"-\" \"curl/8\" "
            + "\"-\" \"reviews:9080\" \"10.0.0.7:9080\" - - 10.96.0.1:9080 - - default\n",
            Write(new TextLogFormat(IstioFormat)));
    }

    [Fact]
    public void Json_keeps_numbers_as_numbers_and_missing_values_as_null()
    {
        JsonLogFormat format = Json(
            ("response_code", "%RESPONSE_CODE%"), ("path", "%REQ(:PATH)%"), ("request_id", "%REQ(X-REQUEST-ID)%"),
            ("line", "%REQ(:METHOD)% \"%PROTOCOL%\""));

        Assert.Equal(
            "{\"line\":\"GET \\\"HTTP/1.1\\\"\",\"path\":\"/reviews/0\",\"request_id\":null,\"response_code\":200}\n", Write(format));
    }

    [Theory]
    [InlineData("%NOPE%", "unknown operator %NOPE%")]
    [InlineData("%REQ(X", "has no closing '%'")]
    [InlineData("%REQ()%", "needs a header name")]
    [InlineData("%FILTER_STATE(a:PLAIN)%", "use downstream_peer:FIELD:NAME")]
    [InlineData("%FILTER_STATE(upstream_peer:FIELD:size)%", "one of name, namespace, workload")]
    [InlineData("%METADATA(LISTENER:a:b)%", "only metadata of UPSTREAM_HOST, CLUSTER and DYNAMIC is kept")]
    [InlineData("%UPSTREAM_METADATA()%", "needs a namespace")]
    [InlineData("%UPSTREAM_WIRE_BYTES_SENT%", "framing is not counted by stream")]
    [InlineData("%START_TIME(%Q)%", "%Q is not supported")]
    [InlineData("%COMMON_DURATION(DS_RX_BEG:NOWHERE:ms)%", "needs two of DS_RX_BEG")]
    [InlineData("%GRPC_STATUS(LOUD)%", "takes CAMEL_STRING")]
    [InlineData("%PATH(SOME)%", "takes WQ or NQ")]
    [InlineData("%REQ_WITHOUT_QUERY(:PATH)%", "needs the formatter")]
    [InlineData("%REQ(A):x%", "must end with")]
    public void A_wrong_format_is_an_error_that_names_the_operator(string format, string expected)
    {
        Assert.Contains(expected, Assert.Throws<FormatException>(() => new TextLogFormat(format)).Message);
    }

    [Theory]
    [InlineData("%START_TIME(%Y/%m/%d %H:%M:%S)%", "2026/01/31 10:20:30")]
    [InlineData("%START_TIME(%s.%3f)%", "1769854830.456")]
    [InlineData("%START_TIME(%FT%T.%6f%z)%", "2026-01-31T10:20:30.456000+0000")]
    [InlineData("%START_TIME(%a %e %b %I %p)%", "Sat 31 Jan 10 AM")]
    [InlineData("%EMIT_TIME(%S.%3f)%", "30.468")]
    [InlineData("%RESPONSE_FLAGS% %RESPONSE_FLAGS_LONG%", "UF,URX UpstreamConnectionFailure,UpstreamRetryLimitExceeded")]
    [InlineData("%GRPC_STATUS% %GRPC_STATUS(SNAKE_STRING)% %GRPC_STATUS(NUMBER)% %GRPC_STATUS_NUMBER%", "NotFound NOT_FOUND 5 5")]
    [InlineData("%TRAILER(GRPC-MESSAGE)% %TRAILER(X?GRPC-STATUS)%", "no such thing 5")]
    [InlineData("%COMMON_DURATION(DS_RX_BEG:DS_TX_END:us)% %COMMON_DURATION(DS_RX_BEG:DS_TX_END:ns)%", "12900 12900000")]
    [InlineData("%COMMON_DURATION(DS_RX_BEG:DS_RX_END:ms)%", "-")]
    [InlineData("%REQ(USER-AGENT):3%|%REQ(X?USER-AGENT)%", "cur|curl/8")]
    [InlineData("%PATH(NQ)% %PATH(WQ)% %PATH(NQ:ORIG)%", "/reviews/0 /reviews/0?a=1&b=two -")]
    [InlineData("%QUERY_PARAM(b)% %QUERY_PARAM(c)%", "two -")]
    [InlineData("%REQUESTED_SERVER_NAME%", "evil_name__x")]
    [InlineData("%DOWNSTREAM_LOCAL_PORT% %UPSTREAM_REMOTE_PORT% %UPSTREAM_LOCAL_PORT%", "9080 9080 -")]
    [InlineData("%FILTER_STATE(downstream_peer:FIELD:workload)% %FILTER_STATE(downstream_peer:FIELD:namespace):3%", "web_v1 def")]
    [InlineData("%FILTER_STATE(upstream_peer:FIELD:workload)% %UPSTREAM_METADATA(a:b)% %DYNAMIC_METADATA(a)%", "- - -")]
    [InlineData("%ACCESS_LOG_TYPE% 100%%", "DownstreamEnd 100%")]
    public void Each_operator_writes_this(string format, string expected)
    {
        FormatInput input = Entry();
        input.Info.Flags = ResponseFlags.UpstreamConnectionFailure | ResponseFlags.UpstreamRetryLimitExceeded;
        input.Info.GrpcStatus = 5;
        input.Info.DownstreamPeer = new PeerMetadata { WorkloadName = "web\nv1", Namespace = "default" };
        input.Info.RequestedServerName = "evil\nname\"\\x";
        input.Info.ResponseTrailers = new HeaderMap();
        input.Info.ResponseTrailers.Add("grpc-status"u8, "5"u8);
        input.Info.ResponseTrailers.Add("grpc-message"u8, "no such thing"u8);
        input.Request?.Set(":path"u8, "/reviews/0?a=1&b=two"u8);

        Assert.Equal(expected, Write(new TextLogFormat(format), input));
    }

    [Fact]
    public void Empty_values_may_be_left_out()
    {
        var text = new TextLogFormat("<%ROUTE_NAME%|%UPSTREAM_CLUSTER%>", omitEmpty: true);
        var json = new JsonLogFormat(
            JsonLogNode.Object(
            [
                new("a", JsonLogNode.Text("%UPSTREAM_CLUSTER%")), new("b", JsonLogNode.Text("%ROUTE_NAME%")),
                new("c", JsonLogNode.Text("%UPSTREAM_CLUSTER%")),
            ]),
            omitEmpty: true);

        Assert.Equal("<default|>", Write(text));
        Assert.Equal("{\"b\":\"default\"}\n", Write(json));
    }

    [Fact]
    public void Json_may_be_nested_with_lists_and_constants()
    {
        var inner = JsonLogNode.Object([new("code", JsonLogNode.Text("%RESPONSE_CODE%")), new("ok", JsonLogNode.Constant("true"))]);
        var format = new JsonLogFormat(JsonLogNode.Object(
            [new("list", JsonLogNode.List([JsonLogNode.Text("%PROTOCOL%"), JsonLogNode.Text("%UPSTREAM_CLUSTER%")])), new("http", inner)]));

        Assert.Equal("{\"http\":{\"code\":200,\"ok\":true},\"list\":[\"HTTP/1.1\",null]}\n", Write(format));
    }

    [Fact]
    public void A_header_that_is_no_UTF_8_still_makes_valid_json()
    {
        FormatInput input = Entry();
        input.Request?.Set("user-agent"u8, [0xE9, (byte)'"', 0x01]);

        Assert.Equal("{\"a\":\"\\u00e9\\\"\\u0001\"}\n", Write(Json(("a", "%REQ(USER-AGENT)%")), input));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Writing_an_entry_allocates_nothing(bool asJson)
    {
        LogFormat format = asJson
            ? Json(("time", "%START_TIME%"), ("line", IstioFormat.Trim()), ("code", "%RESPONSE_CODE%")) : new TextLogFormat(IstioFormat);
        FormatInput input = Entry();
        var buffer = new FormatBuffer();
        format.Write(buffer, input);

        (long bytes, _) = Allocation.LeastOf(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                buffer.Clear();
                format.Write(buffer, input);
            }
        });

        Assert.Equal(0, bytes);
    }

    [Fact]
    public void A_sink_writes_everything_in_order_before_it_is_closed()
    {
        var output = new MemoryStream();
        var sink = new LogSink("memory", output, new Proxy.Stats.StatsStore());

        for (int i = 0; i < 1000; i++)
        {
            sink.Append(Encoding.ASCII.GetBytes($"{i}\n"));
        }

        sink.Dispose();

        Assert.Equal(string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i}\n")), Encoding.ASCII.GetString(output.ToArray()));
    }

    private static JsonLogFormat Json(params (string Key, string Format)[] fields) => new(JsonLogNode.Object(
        fields.Select(static field => KeyValuePair.Create(field.Key, JsonLogNode.Text(field.Format)))));

    private static string Write(LogFormat format) => Write(format, Entry());

    private static string Write(LogFormat format, FormatInput input)
    {
        var buffer = new FormatBuffer();
        format.Write(buffer, input);
        return Encoding.UTF8.GetString(buffer.Written);
    }

    private static FormatInput Entry()
    {
        SocketAddress.TryParse("10.0.0.7", 9080, out SocketAddress host);
        SocketAddress.TryParse("10.96.0.1", 9080, out SocketAddress service);
        var info = new StreamInfo
        {
            StartUnixMicros = new DateTimeOffset(2026, 1, 31, 10, 20, 30, 456, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000,
            StartMicros = 5_000_000,
            EndMicros = 5_012_900,
            Protocol = HttpProtocol.Http11,
            ResponseCode = 200,
            ResponseCodeDetails = "via_upstream",
            BytesSent = 375,
            RouteName = "default",
            UpstreamRemoteAddress = host,
            DownstreamLocalAddress = service,
        };
        var request = new HeaderMap();
        request.Add(":method"u8, "GET"u8);
        request.Add(":path"u8, "/reviews/0"u8);
        request.Add(":authority"u8, "reviews:9080"u8);
        request.Add("user-agent"u8, "curl/8"u8);
        var response = new HeaderMap();
        response.Add("x-envoy-upstream-service-time"u8, "11"u8);
        return new FormatInput(info, request, response);
    }
}
