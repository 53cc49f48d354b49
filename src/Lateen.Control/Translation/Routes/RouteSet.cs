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
        if (node.Type is ProxyType.Router)
        {
            return Encode(name, GatewayRoutes.Gather(name, scope, node), cache);
        }

        SharedTranslations shared = SharedTranslations.Of(scope, node);
        if (shared.Routes.TryGetValue(name, out EncodedResource? known))
        {
            return known;
        }

        RouteConfigurationInputs? inputs = SidecarRoutes.Gather(name, scope, node, out bool alike);
        EncodedResource? found = Encode(name, inputs, cache);
        if (alike)
        {
            shared.Routes[name] = found;
        }

        return found;
    }

    public static string Operation(string host, int port) => host + ":" + port.ToString(CultureInfo.InvariantCulture) + "/*";

    private static EncodedResource? Encode(string name, RouteConfigurationInputs? inputs, TranslationCache cache) =>
        inputs is null ? null : cache.Get(inputs, name, RouteConfigurations.Translate);
}
