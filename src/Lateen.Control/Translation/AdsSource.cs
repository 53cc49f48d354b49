namespace Lateen.Control.Translation;

using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;

/// <summary>Points at the stream a resource came on.</summary>
internal static class AdsSource
{
    // A first fetch never times out (Istio): a proxy without routes must wait, not answer 404.
    public static ConfigSource Create() => new()
    {
        Ads = new AggregatedConfigSource(),
        InitialFetchTimeout = new Duration(),
        ResourceApiVersion = ApiVersion.V3,
    };
}
