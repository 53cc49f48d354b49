namespace Lateen.Kubernetes;

using System.Text.Json.Nodes;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Control.GatewayApi;

/// <summary>The objects that run a gateway. Its pods are filled in by injection, with template gateway, as those of the chart are.</summary>
internal static class GatewayManifest
{
    public const string ManagedLabel = "gateway.istio.io/managed";

    private const string ManagedBy = "istio.io-gateway-controller";

    public static JsonObject ServiceAccount(GatewayDeployment gateway) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ServiceAccount",
        ["metadata"] = Metadata(gateway, gateway.ServiceAccount),
    };

    public static JsonObject Service(GatewayDeployment gateway)
    {
        IEnumerable<JsonNode> ports = gateway.Ports.Select(port => new JsonObject
        {
            ["name"] = port.Name,
            ["port"] = port.Number,
            ["targetPort"] = port.Number,
            ["protocol"] = "TCP",
            ["appProtocol"] = port.AppProtocol,
        });
        JsonObject spec = new()
        {
            ["type"] = gateway.ServiceType,
            ["selector"] = Selector(gateway),
            ["ports"] = new JsonArray([.. ports]),
        };
        if (gateway.LoadBalancerIp.Length > 0)
        {
            spec["loadBalancerIP"] = gateway.LoadBalancerIp;
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Service",
            ["metadata"] = Metadata(gateway, gateway.Name),
            ["spec"] = spec,
        };
    }

    public static JsonObject Deployment(GatewayDeployment gateway)
    {
        JsonObject labels = Labels(gateway);
        labels["sidecar.istio.io/inject"] = "true";
        labels["service.istio.io/canonical-name"] = gateway.Name;
        labels["service.istio.io/canonical-revision"] = "latest";
        if (gateway.Revision.Length > 0)
        {
            labels["istio.io/rev"] = gateway.Revision;
        }

        JsonObject annotations = Annotations(gateway);
        annotations["inject.istio.io/templates"] = "gateway";
        annotations["prometheus.io/path"] = "/stats/prometheus";
        annotations["prometheus.io/port"] = "15020";
        annotations["prometheus.io/scrape"] = "true";
        return new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = Metadata(gateway, gateway.Name),
            ["spec"] = new JsonObject
            {
                ["selector"] = new JsonObject { ["matchLabels"] = Selector(gateway) },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = labels, ["annotations"] = annotations },
                    ["spec"] = PodSpec(gateway),
                },
            },
        };
    }

    private static JsonObject PodSpec(GatewayDeployment gateway) => new()
    {
        ["serviceAccountName"] = gateway.ServiceAccount,
        ["securityContext"] = new JsonObject
        {
            // Ports below 1024 without a capability.
            ["sysctls"] = new JsonArray((JsonNode)new JsonObject { ["name"] = "net.ipv4.ip_unprivileged_port_start", ["value"] = "0" }),
        },
        ["containers"] = new JsonArray((JsonNode)new JsonObject
        {
            ["name"] = "istio-proxy",
            ["image"] = "auto",
            ["ports"] = new JsonArray((JsonNode)new JsonObject
            {
                ["name"] = "http-envoy-prom", ["containerPort"] = 15090, ["protocol"] = "TCP",
            }),
            ["securityContext"] = new JsonObject
            {
                ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
                ["allowPrivilegeEscalation"] = false,
                ["privileged"] = false,
                ["readOnlyRootFilesystem"] = true,
                ["runAsUser"] = 1337,
                ["runAsGroup"] = 1337,
                ["runAsNonRoot"] = true,
            },
        }),
    };

    private static JsonObject Metadata(GatewayDeployment gateway, string name) => new()
    {
        ["name"] = name,
        ["namespace"] = gateway.Gateway.Namespace,
        ["labels"] = Labels(gateway),
        ["annotations"] = Annotations(gateway),
        ["ownerReferences"] = new JsonArray((JsonNode)new JsonObject
        {
            ["apiVersion"] = GatewayApiGroup.Name + "/v1",
            ["kind"] = "Gateway",
            ["name"] = gateway.Gateway.Name,
            ["uid"] = gateway.Uid,
        }),
    };

    private static JsonObject Labels(GatewayDeployment gateway)
    {
        JsonObject labels = new(gateway.Labels.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value)));
        labels[ManagedLabel] = ManagedBy;
        labels[GatewayNames.GatewayLabel] = gateway.Gateway.Name;
        labels[GatewayNames.ClassLabel] = gateway.ClassName;
        return labels;
    }

    private static JsonObject Annotations(GatewayDeployment gateway) =>
        new(gateway.Annotations.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value)));

    private static JsonObject Selector(GatewayDeployment gateway) => new() { [GatewayNames.GatewayLabel] = gateway.Gateway.Name };
}
