namespace Lateen.Proxy.Routing;

using System.Globalization;
using System.Text;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>A route's timeouts in the loop's unit, and the header that tells the upstream of them. Zero means none.</summary>
internal sealed class RouteTimeouts
{
    private const long MicrosPerMilli = 1000;

    public RouteTimeouts(ForwardAction? action, RetryPolicy? retry)
    {
        GlobalMicros = ConnectionManager.Micros(action?.Timeout ?? TimeSpan.Zero);
        PerTryMicros = ConnectionManager.Micros(retry?.PerTryTimeout ?? TimeSpan.Zero);
        bool isTryShorter = PerTryMicros > 0 && (GlobalMicros == 0 || PerTryMicros < GlobalMicros);
        ExpectedMicros = isTryShorter ? PerTryMicros : GlobalMicros;
        ExpectedText = Encoding.ASCII.GetBytes((ExpectedMicros / MicrosPerMilli).ToString(CultureInfo.InvariantCulture));
    }

    public long GlobalMicros { get; }

    public long PerTryMicros { get; }

    /// <summary>How long the upstream has for one try.</summary>
    public long ExpectedMicros { get; }

    /// <summary>The same for x-envoy-expected-rq-timeout-ms.</summary>
    public byte[] ExpectedText { get; }
}
