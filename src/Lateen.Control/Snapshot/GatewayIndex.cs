namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;

/// <summary>Gateways, found by the labels of the proxies they configure.</summary>
public sealed class GatewayIndex
{
    public static readonly GatewayIndex Empty = new([]);

    public GatewayIndex(IEnumerable<ConfigObject<GatewaySpec>> objects)
    {
        List<ConfigObject<GatewaySpec>> sorted = [.. objects];
        sorted.Sort(ConfigObject<GatewaySpec>.Compare);
        All = sorted;
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ConfigObject<GatewaySpec>> All { get; }

    /// <summary>
    /// Gateways of any namespace whose selector picks these labels; an empty selector picks every gateway proxy.
    /// </summary>
    public IEnumerable<ConfigObject<GatewaySpec>> Selecting(ValueMap<string, string> labels) =>
        All.Where(each => LabelSelector.Matches(each.Spec.Selector, labels));

    /// <summary>Of these the ones that are not for proxies of another namespace.</summary>
    public IEnumerable<ConfigObject<GatewaySpec>> Of(ProxyNode node) =>
        Selecting(node.Labels).Where(each => each.ProxyNamespace.Length == 0 || each.ProxyNamespace == node.Namespace);

    public ConfigObject<GatewaySpec>? Find(string fullName) => All.FirstOrDefault(each => NameOf(each) == fullName);

    public static string NameOf(ConfigObject<GatewaySpec> each) => each.Key.Namespace + "/" + each.Key.Name;
}
