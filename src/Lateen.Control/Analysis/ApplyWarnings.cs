namespace Lateen.Control.Analysis;

using System.Text.Json.Nodes;
using Lateen.Api.Resources;
using Lateen.Control.Config;
using Lateen.Control.Snapshot;

/// <summary>What analysis says of one object at the moment somebody applies it: only what its own kind and gateways are needed for.</summary>
public static class ApplyWarnings
{
    private static readonly Dictionary<string, Func<AnalysisSet, IEnumerable<AnalysisMessage>>[]> ByKind = new(StringComparer.Ordinal)
    {
        ["VirtualService"] = [VirtualServiceAnalyzers.MeshHosts, VirtualServiceAnalyzers.Gateways],
        ["Gateway"] = [GatewayAnalyzers.Conflicts],
        ["Sidecar"] = [SelectorAnalyzers.DefaultSidecars],
        ["ServiceEntry"] = [ServiceEntryAnalyzers.Addresses, ServiceEntryAnalyzers.Conflicts],
    };

    // Told by the references' own warnings, with the nearest name.
    private static readonly MessageType ToldElsewhere = MessageTypes.ReferencedResourceNotFound;

    public static IReadOnlyList<string> For(JsonObject resource, string ns, MeshSnapshot snapshot)
    {
        var subject = new AnalysisObject(resource, defaultNamespace: ns);
        IEnumerable<Func<AnalysisSet, IEnumerable<AnalysisMessage>>> analyzers =
            subject.IsIstio ? ByKind.GetValueOrDefault(subject.Kind, []) : [];
        var set = new AnalysisSet([subject, .. Neighbours(subject.Kind, snapshot)], snapshot.Mesh);
        IEnumerable<AnalysisMessage> messages = analyzers.Append(AnnotationAnalyzers.Annotations).SelectMany(find => find(set));
        return
        [
            .. MeshAnalysis.Sorted(messages.Where(m => m.Object == subject && m.Type != ToldElsewhere && m.Type.Level != Api.Text.Severity.Info))
                .Select(static m => $"{m.Text} [{m.Type.Code}]"),
        ];
    }

    private static IEnumerable<AnalysisObject> Neighbours(string kind, MeshSnapshot snapshot) => kind switch
    {
        "VirtualService" => snapshot.VirtualServices.All.Select(Of).Concat(snapshot.Gateways.All.Select(Of)),
        "Gateway" => snapshot.Gateways.All.Select(Of),
        "Sidecar" => snapshot.Sidecars.All.Select(Of),
        "ServiceEntry" => snapshot.ServiceEntries.All.Select(Of),
        _ => [],
    };

    private static AnalysisObject Of<TSpec>(ConfigObject<TSpec> each)
        where TSpec : class => new(new JsonObject
        {
            ["apiVersion"] = $"{each.Key.Group}/v1",
            ["kind"] = each.Key.Kind,
            ["metadata"] = new JsonObject { ["name"] = each.Key.Name, ["namespace"] = each.Key.Namespace },
            ["spec"] = ResourceJson.Write(each.Spec),
        });
}
