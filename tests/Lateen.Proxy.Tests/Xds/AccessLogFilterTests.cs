namespace Lateen.Proxy.Tests.Xds;

using Google.Protobuf;
using Lateen.Engine.Http;
using Lateen.Proxy.Http;
using Lateen.Proxy.Xds.Reading;
using Message = Envoy.Config.Accesslog.V3.AccessLogFilter;

public sealed class AccessLogFilterTests
{
    private const string Ge400 = "{\"statusCodeFilter\":{\"comparison\":{\"op\":\"GE\",\"value\":{\"defaultValue\":400}}}}";
    private const string Slow = "{\"durationFilter\":{\"comparison\":{\"op\":\"GE\",\"value\":{\"defaultValue\":1000}}}}";

    [Theory]
    [InlineData(Ge400, 404, true)]
    [InlineData(Ge400, 200, false)]
    [InlineData("{\"statusCodeFilter\":{\"comparison\":{\"op\":\"NE\",\"value\":{\"defaultValue\":200}}}}", 200, false)]
    [InlineData("{\"andFilter\":{\"filters\":[" + Ge400 + "," + Slow + "]}}", 404, false)]
    [InlineData("{\"orFilter\":{\"filters\":[" + Ge400 + "," + Slow + "]}}", 404, true)]
    [InlineData("{\"orFilter\":{\"filters\":[" + Ge400 + "," + Slow + "]}}", 200, false)]
    [InlineData("{\"orFilter\":{\"filters\":[" + Ge400 + ",{\"notHealthCheckFilter\":{}}]}}", 200, true)]
    [InlineData("{\"headerFilter\":{\"header\":{\"name\":\"x-log\",\"presentMatch\":true}}}", 200, true)]
    [InlineData("{\"headerFilter\":{\"header\":{\"name\":\"x-other\",\"presentMatch\":true}}}", 200, false)]
    [InlineData("{\"responseFlagFilter\":{\"flags\":[\"NR\",\"UF\"]}}", 200, true)]
    [InlineData("{\"responseFlagFilter\":{\"flags\":[\"NR\"]}}", 200, false)]
    [InlineData("{\"grpcStatusFilter\":{\"statuses\":[\"OK\"],\"exclude\":true}}", 200, true)]
    [InlineData("{\"runtimeFilter\":{\"percentSampled\":{\"numerator\":100}}}", 200, true)]
    [InlineData("{\"runtimeFilter\":{\"percentSampled\":{\"numerator\":0}}}", 200, false)]
    public void A_filter_decides(string json, int code, bool passes)
    {
        var context = new ReadContext(ExtensionCatalog.Empty);
        var request = new HeaderMap();
        request.Add("x-log"u8, "1"u8);
        var info = new StreamInfo { ResponseCode = code, StartMicros = 0, EndMicros = 500, Flags = ResponseFlags.UpstreamConnectionFailure };

        AccessLogFilter? filter = AccessLogFilterReader.Read(JsonParser.Default.Parse<Message>(json), "filter", context);

        Assert.Empty(context.Errors);
        Assert.Equal(passes, filter is null || filter(info, request));
    }

    [Theory]
    [InlineData("{\"responseFlagFilter\":{\"flags\":[\"XX\"]}}", "filter.response_flag_filter.flags: 'XX' is no response flag")]
    [InlineData("{\"andFilter\":{\"filters\":[" + Slow + "]}}", "filter.and_filter.filters: at least two are required")]
    public void A_wrong_filter_is_refused_with_its_path(string json, string error)
    {
        var context = new ReadContext(ExtensionCatalog.Empty);

        AccessLogFilterReader.Read(JsonParser.Default.Parse<Message>(json), "filter", context);

        Assert.Equal([error], context.Errors);
    }
}
