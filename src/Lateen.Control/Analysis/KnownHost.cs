namespace Lateen.Control.Analysis;

using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>What a host name stands for: a Service or a ServiceEntry.</summary>
public sealed record KnownHost(AnalysisObject Object, IReadOnlyList<int> Ports, IReadOnlyDictionary<string, string> Selector)
{
    internal static KnownHost OfService(AnalysisObject service) => new(
        service, PortsOf(service.Root.ObjectsAt("spec", "ports"), "port"), service.Map("spec", "selector"));

    internal static KnownHost OfEntry(AnalysisObject entry) => new(
        entry, PortsOf(entry.Root.ObjectsAt("spec", "ports"), "number"), entry.Map("spec", "workloadSelector", "labels"));

    /// <summary>exportTo of an entry, networking.istio.io/exportTo of a Service.</summary>
    public bool IsVisibleTo(string ns)
    {
        List<string> exports = Object.Kind == "Service"
            ? [.. Object.Annotations.GetValueOrDefault("networking.istio.io/exportTo", "*").Split(',').Select(static e =>
                e.Trim())]
            : [.. Object.Root.TextsAt("spec", "exportTo")];
        return exports.Count == 0 || exports.Contains("*") || exports.Contains(ns)
            || (exports.Contains(".") && Object.Namespace == ns)
            || Object.Namespace == ns;
    }

    private static IReadOnlyList<int> PortsOf(IEnumerable<JsonObject> ports, string field) =>
        [.. ports.Select(p => p.NumberAt(field))];
}
