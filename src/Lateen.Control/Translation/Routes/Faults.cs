namespace Lateen.Control.Translation.Routes;

using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Common.Fault.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Type.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Resources.Networking;
using ApiDelay = Lateen.Api.Resources.Networking.FaultDelay;
using WireDelay = Envoy.Extensions.Filters.Common.Fault.V3.FaultDelay;
using WireAbort = Envoy.Extensions.Filters.Http.Fault.V3.FaultAbort;
using Percent = Lateen.Api.Resources.Networking.Percent;

/// <summary>Injected faults, as the fault filter's configuration for one route.</summary>
internal static class Faults
{
    private const string FilterName = "envoy.filters.http.fault";

    public static void Apply(HttpFaultInjection? fault, Route route)
    {
        if (fault is null || (fault.Delay is null && fault.Abort is null))
        {
            return;
        }

        HTTPFault config = new();
        if (fault.Delay is { FixedDelay: { } delay } given)
        {
            config.Delay = new WireDelay { FixedDelay = Duration.FromTimeSpan(delay), Percentage = ShareOf(given) };
        }

        if (fault.Abort is { } abort)
        {
            config.Abort = new WireAbort { Percentage = ShareOf(abort.Percentage) };
            if (abort.HttpStatus is { } status)
            {
                config.Abort.HttpStatus = (uint)status;
            }
            else if (GrpcStatus.TryParse(abort.GrpcStatus, out uint code))
            {
                config.Abort.GrpcStatus = code;
            }
        }

        route.TypedPerFilterConfig[FilterName] = Any.Pack(config);
    }

    // A fault without a percentage hits every request. Percentages have up to four decimals, hence the millionths.
    public static FractionalPercent ShareOf(Percent? percentage) => new()
    {
        Numerator = (uint)Math.Round((percentage?.Value ?? 100) * 10_000),
        Denominator = FractionalPercent.Types.DenominatorType.Million,
    };

    private static FractionalPercent ShareOf(ApiDelay delay) =>
        delay is { Percentage: null, Percent: { } whole } ? ShareOf(new Percent { Value = whole }) : ShareOf(delay.Percentage);
}
