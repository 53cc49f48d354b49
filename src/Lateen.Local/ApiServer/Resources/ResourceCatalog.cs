namespace Lateen.Local.ApiServer.Resources;

using System.Text.Json.Nodes;
using k8s.Models;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Schemas;
using Lateen.Local.Cluster;

/// <summary>All served resources: the built-in table and what the stored CRDs add. Readers see one immutable picture.</summary>
internal sealed class ResourceCatalog
{
    private readonly Dictionary<string, IReadOnlyList<ResourceDefinition>> custom = [];
    private readonly IReadOnlyList<ResourceDefinition> builtIn;
    private readonly Schema objectMeta;
    private readonly Lock gate = new();
    private volatile Snapshot current;

    public ResourceCatalog()
    {
        Schemas = new BuiltInSchemas();
        builtIn = [.. BuiltInResources.All(Schemas)];
        objectMeta = Schemas.For(typeof(V1ObjectMeta));
        current = new Snapshot(builtIn);
    }

    public BuiltInSchemas Schemas { get; }

    public IReadOnlyList<ResourceDefinition> All => current.All;

    /// <summary>Grows with every change; part of the OpenAPI documents' hashes.</summary>
    public int Revision { get; private set; }

    public ResourceDefinition? Find(string group, string version, string plural)
    {
        return current.ByPath.GetValueOrDefault((group, version, plural));
    }

    public ResourceDefinition? FindKind(string group, string version, string kind)
    {
        return current.All.FirstOrDefault(item => item.Type.Group == group && item.Type.Version == version
            && item.Type.Kind == kind);
    }

    public ResourceDefinition Get(ResourceType type)
    {
        return Find(type.Group, type.Version, type.Plural)
            ?? throw new ApiException(404, "NotFound", "the server could not find the requested resource");
    }

    public void PutCustom(JsonObject crd)
    {
        IReadOnlyList<ResourceDefinition> definitions = CustomResources.Read(crd, objectMeta);
        lock (gate)
        {
            custom[crd.Name()] = definitions;
            Publish();
        }
    }

    public void RemoveCustom(string name)
    {
        lock (gate)
        {
            if (custom.Remove(name))
            {
                Publish();
            }
        }
    }

    private void Publish()
    {
        current = new Snapshot([.. builtIn, .. custom.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair =>
            pair.Value)]);
        Revision++;
    }

    private sealed class Snapshot(IReadOnlyList<ResourceDefinition> all)
    {
        public IReadOnlyList<ResourceDefinition> All { get; } = all;

        public Dictionary<(string Group, string Version, string Plural), ResourceDefinition> ByPath { get; } =
            all.GroupBy(item => (item.Type.Group, item.Type.Version, item.Type.Plural)).ToDictionary(items => items.Key, items =>
                items.First());
    }
}
