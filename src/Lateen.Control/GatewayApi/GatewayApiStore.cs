namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Snapshot;

/// <summary>
/// Holds the objects of the Gateway API and of Ingress, and adds to a snapshot what they mean: internal gateways and virtual
/// services beside those that people wrote.
/// </summary>
internal sealed class GatewayApiStore
{
    private readonly GatewayApiTables tables = new();
    private bool changed;

    /// <summary>Whether a snapshot would differ.</summary>
    public bool HasChanged => changed;

    public bool Store(ResourceKey key, object resource) => Note(tables.Store(key, resource));

    public bool Remove(ResourceKey key) => Note(tables.Remove(key));

    public MeshSnapshot Fill(MeshSnapshot next, MeshSnapshot last)
    {
        bool same = !changed && next.Services == last.Services && next.Mesh == last.Mesh;
        GatewayApiModel model = same
            ? last.GatewayApi
            : WithVersions(GatewayApiConversion.Convert(tables.Take(next.Version), next.Services, next.Mesh), last.GatewayApi, next.Version);
        changed = false;
        next = next with { GatewayApi = model };
        if (next.Gateways != last.Gateways ? model.Gateways.Count > 0 : !model.Gateways.Equals(last.GatewayApi.Gateways))
        {
            next = next with { Gateways = new GatewayIndex(Written(next.Gateways.All).Concat(model.Gateways)) };
        }

        if (next.VirtualServices != last.VirtualServices
            ? model.VirtualServices.Count > 0
            : !model.VirtualServices.Equals(last.GatewayApi.VirtualServices))
        {
            IEnumerable<ConfigObject<VirtualServiceSpec>> all = Written(next.VirtualServices.All).Concat(model.VirtualServices);
            next = next with { VirtualServices = new VirtualServiceIndex(all, next.Mesh.DomainSuffix) };
        }

        return next;
    }

    private bool Note(bool change)
    {
        changed |= change;
        return change;
    }

    private static IEnumerable<ConfigObject<TSpec>> Written<TSpec>(IEnumerable<ConfigObject<TSpec>> objects)
        where TSpec : class => objects.Where(each => each.Origin is ConfigOrigin.Istio);

    private static GatewayApiModel WithVersions(GatewayApiModel model, GatewayApiModel earlier, long version) => model with
    {
        Gateways = WithVersions(model.Gateways, earlier.Gateways, version),
        VirtualServices = WithVersions(model.VirtualServices, earlier.VirtualServices, version),
    };

    // What did not change keeps the version it first appeared in, as written objects do.
    private static ValueList<ConfigObject<TSpec>> WithVersions<TSpec>(
        ValueList<ConfigObject<TSpec>> objects, ValueList<ConfigObject<TSpec>> earlier, long version)
        where TSpec : class
    {
        Dictionary<ResourceKey, ConfigObject<TSpec>> known = earlier.ToDictionary(each => each.Key);
        return objects
            .Select(each => known.TryGetValue(each.Key, out ConfigObject<TSpec>? old) && each with { Since = old.Since } == old
                ? old
                : each with { Since = version })
            .ToValueList();
    }
}
