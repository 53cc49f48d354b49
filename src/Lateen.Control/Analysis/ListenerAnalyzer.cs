namespace Lateen.Control.Analysis;

using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>Ports of Services that the application opened for its own pod only.</summary>
public static class ListenerAnalyzer
{
    /// <param name="set">The objects.</param>
    /// <param name="socketsOf">What a pod's processes listen on; null when it is not known.</param>
    public static IEnumerable<AnalysisMessage> Find(AnalysisSet set, Func<AnalysisObject,
        IReadOnlyList<ListeningSocket>?> socketsOf)
    {
        foreach (AnalysisObject pod in set.Pods)
        {
            if (socketsOf(pod) is not { } sockets)
            {
                continue;
            }

            foreach (int port in TargetPorts(pod, set).Distinct())
            {
                List<ListeningSocket> open = [.. sockets.Where(s => s.Port == port)];
                if (open.Count > 0 && open.All(static s => IPAddress.IsLoopback(s.Address)))
                {
                    yield return new(MessageTypes.LocalhostListener, pod, "metadata", string.Create(CultureInfo.InvariantCulture,
                        $"Port {port} is exposed by a Service, but the application opened it on {open[0].Address} only; open it on 0.0.0.0"));
                }
            }
        }
    }

    private static IEnumerable<int> TargetPorts(AnalysisObject pod, AnalysisSet set) =>
        from service in set.Services
        where service.Namespace == pod.Namespace && AnalysisSet.Selects(service.Map("spec", "selector"), pod.Labels)
        from port in service.Root.ObjectsAt("spec", "ports")
        let target = port.TextAt("targetPort") is { Length: > 0 } text ? text : port.TextAt("port")
        select int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : Named(pod, target);

    private static int Named(AnalysisObject pod, string name) => pod.Root.ObjectsAt("spec", "containers")
        .SelectMany(static c => c.ObjectsAt("ports")).FirstOrDefault(p => p.TextAt("name") == name).NumberAt("containerPort");
}
