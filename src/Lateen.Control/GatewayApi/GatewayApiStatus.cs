namespace Lateen.Control.GatewayApi;

using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Control.Config;
using Lateen.Control.Snapshot;
using Lateen.Control.Status;

/// <summary>Writes down what is to be said of classes, gateways, routes and Ingresses.</summary>
public static class GatewayApiStatus
{
    // Names of the specification's features that our gateways and sidecars have.
    private static readonly string[] Features =
    [
        "GRPCRoute", "Gateway", "GatewayHTTPListenerIsolation", "GatewayInfrastructurePropagation", "GatewayPort8080", "HTTPRoute",
        "HTTPRouteBackendRequestHeaderModification", "HTTPRouteBackendTimeout", "HTTPRouteCORS", "HTTPRouteDestinationPortMatching",
        "HTTPRouteHostRewrite", "HTTPRouteMethodMatching", "HTTPRouteNamedRouteRule", "HTTPRouteParentRefPort",
        "HTTPRoutePathRedirect", "HTTPRoutePathRewrite", "HTTPRoutePortRedirect", "HTTPRouteQueryParamMatching",
        "HTTPRouteRequestMirror", "HTTPRouteRequestMultipleMirrors", "HTTPRouteRequestPercentageMirror", "HTTPRouteRequestTimeout",
        "HTTPRouteResponseHeaderModification", "HTTPRouteRetry", "HTTPRouteSchemeRedirect", "Mesh", "MeshClusterIPMatching",
        "MeshConsumerRoute", "ReferenceGrant", "TCPRoute", "TLSRoute",
    ];

    public static IReadOnlyList<KubeStatus> All(MeshSnapshot snapshot)
    {
        GatewayApiModel model = snapshot.GatewayApi;
        if (model.Objects is not { } objects)
        {
            return [];
        }

        return
        [
            .. objects.Classes.Where(each => each.Spec.ControllerName == GatewayNames.Controller).Select(Of),
            .. model.GatewayStates.Select(each => Of(each, snapshot)),
            .. model.Routes.Select(Of),
            .. Ingresses(model, objects, snapshot.Mesh),
        ];
    }

    private static KubeStatus Of(ConfigObject<GatewayClassSpec> each)
    {
        ConditionStatus accepted = each.Spec.ParametersRef is null
            ? new("Accepted", true, "Accepted", "gateways of this class are served")
            : new("Accepted", false, "InvalidParameters", "spec.parametersRef is not enforced by this version; remove it");
        return new KubeStatus(each.Key, new JsonObject
        {
            ["conditions"] = Conditions([accepted], each.Generation),
            ["supportedFeatures"] = new JsonArray([.. Features.Select(name => (JsonNode)new JsonObject { ["name"] = name })]),
        });
    }

    private static KubeStatus Of(GatewayState gateway, MeshSnapshot snapshot)
    {
        long generation = gateway.Gateway.Generation;
        IEnumerable<JsonNode> addresses = GatewayAddresses.Of(gateway, snapshot)
            .Select(each => new JsonObject { ["type"] = each.Type, ["value"] = each.Value });
        return new KubeStatus(gateway.Key, new JsonObject
        {
            ["addresses"] = new JsonArray([.. addresses]),
            ["conditions"] = Conditions([gateway.Accepted, GatewayAddresses.Programmed(gateway, snapshot)], generation),
            ["listeners"] = new JsonArray([.. gateway.Listeners.Select(each => (JsonNode)Listener(each, generation))]),
        });
    }

    private static JsonObject Listener(ListenerState listener, long generation)
    {
        IEnumerable<JsonNode> kinds = listener.Kinds.Select(kind => new JsonObject { ["group"] = GatewayApiGroup.Name, ["kind"] = kind });
        return new JsonObject
        {
            ["name"] = listener.Listener.Name,
            ["supportedKinds"] = new JsonArray([.. kinds]),
            ["attachedRoutes"] = listener.Routes.Count,
            ["conditions"] = Conditions(listener.Conditions(), generation),
        };
    }

    private static KubeStatus Of(RouteState route)
    {
        IEnumerable<JsonNode> parents = route.Parents.Select(each => new JsonObject
        {
            ["parentRef"] = Reference(each.Reference),
            ["controllerName"] = GatewayNames.Controller,
            ["conditions"] = Conditions(each.Conditions, route.Generation),
        });
        return new KubeStatus(route.Key, new JsonObject { ["parents"] = new JsonArray([.. parents]) });
    }

    private static JsonObject Reference(ParentReference reference)
    {
        JsonObject result = new()
        {
            ["group"] = reference.Group ?? GatewayApiGroup.Name,
            ["kind"] = reference.Kind ?? "Gateway",
            ["name"] = reference.Name,
        };
        if (reference.Namespace.Length > 0)
        {
            result["namespace"] = reference.Namespace;
        }

        if (reference.SectionName.Length > 0)
        {
            result["sectionName"] = reference.SectionName;
        }

        if (reference.Port is { } port)
        {
            result["port"] = port;
        }

        return result;
    }

    private static IEnumerable<KubeStatus> Ingresses(GatewayApiModel model, GatewayApiObjects objects, MeshSettings mesh)
    {
        ValueList<LoadBalancerIngress> addresses =
            objects.Services.TryGetValue((mesh.RootNamespace, mesh.IngressService), out ServiceFacts? facts) ? facts.External : [];
        foreach (ResourceKey key in model.Ingresses)
        {
            IEnumerable<JsonNode> ingress = addresses.Select(each =>
                each.Ip.Length > 0 ? new JsonObject { ["ip"] = each.Ip } : new JsonObject { ["hostname"] = each.Hostname });
            yield return new KubeStatus(key, new JsonObject
            {
                ["loadBalancer"] = new JsonObject { ["ingress"] = new JsonArray([.. ingress]) },
            });
        }
    }

    private static JsonArray Conditions(IEnumerable<ConditionStatus> conditions, long generation) => new(
    [
        .. conditions.Select(each => (JsonNode)new JsonObject
        {
            ["type"] = each.Type,
            ["status"] = each.IsTrue ? "True" : "False",
            ["observedGeneration"] = generation,
            ["reason"] = each.Reason,
            ["message"] = each.Message,
        }),
    ]);
}
