namespace Lateen.Control.Analysis;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Control.Registry;

/// <summary>Ports of Services: their names, and what several Services of one workload say of them.</summary>
internal static class ServiceAnalyzers
{
    public static IEnumerable<AnalysisMessage> PortNames(AnalysisSet set) =>
        from service in set.Services
        where !IsSystem(service.Namespace, set)
        from port in Ports(service)
        where port.Json.TextAt("protocol") is not "UDP" && port.Json.TextAt("appProtocol").Length == 0 && !IsTold(port.Json)
        let isExternal = service.Root.TextAt("spec", "type") == "ExternalName"
        select isExternal
            ? new AnalysisMessage(MessageTypes.ExternalNamePortName, service, port.Path,
                $"Port {Describe(port.Json)} of an ExternalName service is taken for TCP and takes all calls to that port number; "
                + "name it after its protocol (http, https-web, …)")
            : new AnalysisMessage(MessageTypes.PortNameNotByConvention, service, port.Path,
                $"Port {Describe(port.Json)} does not begin with a protocol (http, grpc, tcp, …), so the protocol is detected");

    /// <summary>A workload's port with two protocols, or one target port under two port numbers.</summary>
    public static IEnumerable<AnalysisMessage> Deployments(AnalysisSet set)
    {
        foreach (AnalysisObject deployment in set.Deployments.Where(d => !IsSystem(d.Namespace, set)))
        {
            IReadOnlyDictionary<string, string> labels = AnalysisSet.PodLabels(deployment);
            List<(string Service, JsonObject Port)> ports =
            [
                .. set.Services.Where(s =>
                    s.Namespace == deployment.Namespace && AnalysisSet.Selects(s.Map("spec", "selector"), labels))
                    .SelectMany(s => Ports(s).Select(p => (s.Name, p.Json))),
            ];
            foreach (IGrouping<int, (string Service, JsonObject Port)> same in ports.GroupBy(static p => p.Port.NumberAt("port")))
            {
                if (same.Select(static p => Protocol(p.Port)).Distinct().Count() > 1)
                {
                    yield return new(MessageTypes.DeploymentOfSeveralServices, deployment, "metadata.name",
                        $"Services {Names(same)} select these pods and give port {same.Key} different protocols");
                }
            }

            foreach (IGrouping<string, (string Service, JsonObject Port)> same in ports.GroupBy(static p => Target(p.Port)))
            {
                if (same.Select(static p => p.Service).Distinct().Count() > 1
                    && same.Select(static p => p.Port.NumberAt("port")).Distinct().Count() > 1)
                {
                    yield return new(MessageTypes.DeploymentConflictingPorts, deployment, "metadata.name",
                        $"Services {Names(same)} select these pods and reach target port {same.Key} by different ports");
                }
            }
        }
    }

    public static bool IsSystem(string ns, AnalysisSet set) =>
        ns is "kube-system" or "kube-public" or "kube-node-lease" or "local-path-storage" || ns == set.Mesh.RootNamespace;

    private static IEnumerable<(JsonObject Json, string Path)> Ports(AnalysisObject service) =>
        service.Root.ObjectsAt("spec", "ports").Select(static (p, i) => (p, FieldPath.Item("spec.ports", i)));

    private static bool IsTold(JsonObject port) =>
        ProtocolSelection.Select(0, port.TextAt("name"), null, port.TextAt("protocol")) is not ServiceProtocol.Auto;

    private static ServiceProtocol Protocol(JsonObject port) =>
        ProtocolSelection.Select(port.NumberAt("port"), port.TextAt("name"), port.TextAt("appProtocol"), port.TextAt("protocol"));

    private static string Target(JsonObject port) =>
        port.TextAt("targetPort") is { Length: > 0 } target ? target : port.TextAt("port");

    private static string Describe(JsonObject port) =>
        $"{(port.TextAt("name") is { Length: > 0 } n ? n : "(no name)")} ({port.TextAt("port")})";

    private static string Names(IEnumerable<(string Service, JsonObject Port)> ports) =>
        string.Join(" and ", ports.Select(static p => p.Service).Distinct());
}
