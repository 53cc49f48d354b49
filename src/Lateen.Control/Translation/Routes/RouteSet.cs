namespace Lateen.Control.Translation.Routes;

using System.Globalization;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>Gathers the route configuration of a name, at a sidecar or at a gateway.</summary>
internal static class RouteSet
{
    /// <summary>Null when the name means nothing to this proxy.</summary>
    public static EncodedResource? Of(string name, ProxyScope scope, ProxyNode node, TranslationCache cache)
    {
        RouteConfigurationInputs? inputs = node.Type is ProxyType.Router
            ? GatewayRoutes.Gather(name, scope, node)
            : SidecarRoutes.Gather(name, scope, node);
        return inputs is null ? null : cache.Get(inputs, name, RouteConfigurations.Translate);
    }

    public static string Operation(string host, int port) => host + ":" + port.ToString(CultureInfo.InvariantCulture) + "/*";
}
