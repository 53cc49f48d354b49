namespace Lateen.Local.ApiServer.Resources;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Schemas;
using Lateen.Local.Cluster;

/// <summary>Everything the server knows about one served resource version.</summary>
internal sealed class ResourceDefinition
{
    public required ResourceType Type { get; init; }

    public required Schema Schema { get; init; }

    public required string Singular { get; init; }

    /// <summary>The kind of the list; "PodList" unless a CRD says otherwise.</summary>
    public string ListKind { get; init; } = "";

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public bool HasStatus { get; init; }

    public ScalePaths? Scale { get; init; }

    /// <summary>Set for kinds that are stored without being acted on: the warning that says so.</summary>
    public string? StoredOnly { get; init; }

    /// <summary>Virtual resources (reviews) are created, answered and never stored.</summary>
    public bool CreateOnly { get; init; }

    /// <summary>The custom resource definition's printer columns; null for built-in kinds.</summary>
    public JsonArray? PrinterColumns { get; init; }

    public bool IsCustom { get; init; }

    public JsonArray? SelectableFields { get; init; }

    /// <summary>Every version of a resource shares one collection in the store.</summary>
    public string Collection => Type.Group.Length == 0 ? Type.Plural : $"{Type.Group}/{Type.Plural}";

    /// <summary>Stored collection of this resource, when it shares another's (events.k8s.io with core).</summary>
    public string StoreCollection => Type is { Group: "events.k8s.io", Plural: "events" } ? "events" : Collection;

    /// <summary>"deployments.apps", as messages name it.</summary>
    public string QualifiedName => Type.Group.Length == 0 ? Type.Plural : $"{Type.Plural}.{Type.Group}";

    public string QualifiedKind => Type.Group.Length == 0 ? Type.Kind : $"{Type.Kind}.{Type.Group}";
}

/// <summary>Where a scalable resource keeps what the scale subresource shows (dotted paths).</summary>
internal sealed record ScalePaths(string SpecReplicas, string StatusReplicas, string? LabelSelector);
