namespace Lateen.Control.Status;

using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation;

/// <summary>Finds servers of a Gateway whose port belongs to another server.</summary>
internal static class GatewayPorts
{
    /// <summary>A sentence for each port that is lost at some proxy; empty when there is none.</summary>
    public static string Lost(ConfigObject<GatewaySpec> gateway, IEnumerable<ProxyNode> proxies, MeshSnapshot snapshot)
    {
        IEnumerable<string> sentences = proxies
            .SelectMany(node => GatewayServers.Merged(ProxyScope.Of(snapshot, node), node).Refused)
            .Where(pair => pair.Server.Gateway.Key == gateway.Key)
            .Select(pair => $"port {pair.Server.Number} ({pair.Server.Server.Port?.Protocol}) has no effect: "
                + $"{pair.Winner.Gateway.Key} has it for {pair.Winner.Server.Port?.Protocol}");
        return string.Join("; ", sentences.Distinct(StringComparer.Ordinal));
    }
}
