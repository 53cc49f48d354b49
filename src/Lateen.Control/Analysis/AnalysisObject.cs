namespace Lateen.Control.Analysis;

using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Lateen.Api.Resources;
using Lateen.Api.Text;

/// <summary>One object under analysis: of a file, with the place of each field, or of a cluster.</summary>
public sealed class AnalysisObject
{
    private object? _typed;

    public AnalysisObject(JsonObject root, SourceDocument? document = null, string defaultNamespace = "default")
    {
        Root = root;
        Document = document;
        string apiVersion = root.TextAt("apiVersion");
        int slash = apiVersion.IndexOf('/');
        Group = slash < 0 ? "" : apiVersion[..slash];
        ApiVersion = apiVersion;
        Kind = root.TextAt("kind");
        Name = root.TextAt("metadata", "name");
        Namespace = IsClusterWide(Kind) ? ""
            : root.TextAt("metadata", "namespace") is { Length: > 0 } given ? given
            : defaultNamespace;
    }

    public JsonObject Root { get; }

    /// <summary>The text it was read from; null for an object of a cluster.</summary>
    public SourceDocument? Document { get; }

    public string ApiVersion { get; }

    public string Group { get; }

    public string Kind { get; }

    /// <summary>Empty for kinds without namespaces.</summary>
    public string Namespace { get; }

    public string Name { get; }

    public bool IsIstio => Group.EndsWith(".istio.io", StringComparison.Ordinal);

    /// <summary>"Kind namespace/name", as messages name it.</summary>
    public string FriendlyName => Namespace.Length == 0 ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";

    /// <summary>"Kind name.namespace", as suppressions name it.</summary>
    public string SuppressionName => Namespace.Length == 0 ? $"{Kind} {Name}" : $"{Kind} {Name}.{Namespace}";

    public IReadOnlyDictionary<string, string> Labels => Map("metadata", "labels");

    public IReadOnlyDictionary<string, string> Annotations => Map("metadata", "annotations");

    /// <summary>A map of texts somewhere in the object; empty where there is none.</summary>
    public IReadOnlyDictionary<string, string> Map(params ReadOnlySpan<string> path) => MapOf(Root.At(path));

    internal static IReadOnlyDictionary<string, string> MapOf(JsonNode? node) =>
        (node as JsonObject ?? []).ToDictionary(static e => e.Key, static e => e.Value?.ToString() ?? "", StringComparer.Ordinal);

    /// <summary>The spec as our own type; false when it does not fit, which is for the schema's rules to tell.</summary>
    public bool TrySpec<TSpec>([NotNullWhen(true)] out TSpec? spec)
        where TSpec : class
    {
        if (_typed is null && ResourceJson.TryRead(Root["spec"], out TSpec? read, out _))
        {
            _typed = read;
        }

        spec = _typed as TSpec;
        return spec is not null;
    }

    private static bool IsClusterWide(string kind) => kind is "Namespace" or "Node" or "MutatingWebhookConfiguration"
        or "ValidatingWebhookConfiguration" or "CustomResourceDefinition" or "GatewayClass" or "ClusterRole" or "ClusterRoleBinding"
        or "IngressClass" or "PersistentVolume" or "StorageClass" or "PriorityClass";
}
