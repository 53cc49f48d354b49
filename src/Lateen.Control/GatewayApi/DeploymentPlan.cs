namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Control.Config;

/// <summary>Says what each gateway of ours needs to run.</summary>
internal static class DeploymentPlan
{
    private const string RevisionLabel = "istio.io/rev";

    public static GatewayDeployment Of(ConfigObject<DeclaredGateway> gateway)
    {
        DeclaredGateway declared = gateway.Spec;
        string name = GatewayNames.Deployment(gateway);
        GatewayInfrastructure? infrastructure = declared.Spec.Infrastructure;
        return new GatewayDeployment(
            gateway.Key,
            declared.Uid,
            name,
            Annotation(declared, GatewayNames.ServiceAccountOverride, name),
            declared.Spec.GatewayClassName,
            Annotation(declared, GatewayNames.ServiceType, "LoadBalancer"),
            declared.Spec.Addresses.FirstOrDefault(each => each.Type is null or "" or "IPAddress")?.Value ?? "",
            Ports(declared.Spec.Listeners).ToValueList(),
            infrastructure?.Labels ?? declared.Labels,
            infrastructure?.Annotations ?? Inherited(declared.Annotations),
            declared.Labels.TryGetValue(RevisionLabel, out string? revision) ? revision : "");
    }

    private static IEnumerable<GatewayServicePort> Ports(ValueList<Listener> listeners)
    {
        yield return new GatewayServicePort("status-port", 15021, "tcp");
        HashSet<int> numbers = [15021];
        HashSet<string> names = ["status-port"];
        foreach (Listener listener in listeners)
        {
            if (numbers.Add(listener.Port))
            {
                // Port names are at most 63 characters long and unique; section names may be longer.
                string name = listener.Name.Length <= 63 && names.Add(listener.Name) ? listener.Name : $"port-{listener.Port}";
                yield return new GatewayServicePort(name, listener.Port, listener.Protocol.ToLowerInvariant());
            }
        }
    }

    // Annotations that tools keep for themselves say nothing about what is created.
    private static ValueMap<string, string> Inherited(ValueMap<string, string> annotations) => annotations
        .Where(each => !each.Key.StartsWith("kubectl.kubernetes.io/", StringComparison.Ordinal)
            && each.Key is not (GatewayNames.NameOverride or GatewayNames.ServiceAccountOverride or GatewayNames.ServiceType))
        .ToValueMap();

    private static string Annotation(DeclaredGateway gateway, string name, string otherwise) =>
        gateway.Annotations.TryGetValue(name, out string? value) && value.Length > 0 ? value : otherwise;
}
