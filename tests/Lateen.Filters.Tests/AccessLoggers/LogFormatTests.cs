namespace Lateen.Filters.Tests.AccessLoggers;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Transport;
using Lateen.Filters.AccessLoggers;
using Lateen.Proxy.Http;

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
        var format = new JsonLogFormat(
        [
            new("response_code", "%RESPONSE_CODE%"), new("path", "%REQ(:PATH)%"), new("request_id", "%REQ(X-REQUEST-ID)%"),
            new("line", "%REQ(:METHOD)% \"%PROTOCOL%\""),
        ]);

        Assert.Equal(
            "{\"line\":\"GET \\\"HTTP/1.1\\\"\",\"path\":\"/reviews/0\",\"request_id\":null,\"response_code\":200}\n", Write(format));
    }

    [Theory]
    [InlineData("%NOPE%", "unknown operator %NOPE%")]
    [InlineData("%REQ(X", "has no closing '%'")]
    [InlineData("%REQ()%", "needs a header name")]
    [InlineData("%DYNAMIC_METADATA(a:b)%", "is not supported")]
    public void A_wrong_format_is_an_error_that_names_the_operator(string format, string expected)
    {
        Assert.Contains(expected, Assert.Throws<FormatException>(() => new TextLogFormat(format)).Message);
    }

    [Fact]
    public void Writing_an_entry_allocates_nothing()
    {
        var format = new TextLogFormat(IstioFormat);
        LogEntry entry = Entry();
        var buffer = new LogBuffer();
        format.Write(buffer, entry);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            buffer.Clear();
            format.Write(buffer, entry);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
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

    private static string Write(LogFormat format)
    {
        var buffer = new LogBuffer();
        format.Write(buffer, Entry());
        return Encoding.UTF8.GetString(buffer.Written);
    }

    private static LogEntry Entry()
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
        return new LogEntry(info, request, response);
    }
}
