namespace Lateen.Control.GatewayApi;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>Finds the services that routes name.</summary>
internal sealed class Backends(IReadOnlyList<ConfigObject<ReferenceGrantSpec>> grants, ServiceIndex services, MeshSettings mesh)
{
    // No service has this name, so requests for it find no cluster.
    private static readonly Destination Nowhere = new() { Host = "unknown-backend", Port = new PortSelector { Number = 1 } };

    /// <summary>
    /// The destination of a reference. A wrong one gives a destination that nobody serves, and the problem: its share of the
    /// requests must fail, not go to the others.
    /// </summary>
    public Destination Find(ResourceKey route, BackendObjectReference reference, Problems problems)
    {
        if (Problem(route, reference) is { } problem)
        {
            problems.Add(problem.Reason, problem.Message);
            return Nowhere;
        }

        return new Destination { Host = HostOf(route, reference), Port = new PortSelector { Number = reference.Port ?? 0 } };
    }

    public static bool IsNowhere(Destination? destination) => destination == Nowhere;

    private string HostOf(ResourceKey route, BackendObjectReference reference) =>
        reference.Kind == "Hostname" ? reference.Name : HostName.Of(reference.Name, NamespaceOf(route, reference), mesh.DomainSuffix).Value;

    private static string NamespaceOf(ResourceKey route, BackendObjectReference reference) =>
        reference.Namespace.Length > 0 ? reference.Namespace : route.Namespace;

    private (string Reason, string Message)? Problem(ResourceKey route, BackendObjectReference reference)
    {
        // Istio's own kind of backend: any host of the mesh, such as one that a ServiceEntry declares.
        bool isHostname = reference is { Group: "networking.istio.io", Kind: "Hostname" };
        string kind = reference.Kind ?? "Service";
        if (!isHostname && (kind != "Service" || (reference.Group ?? "").Length > 0))
        {
            return ("InvalidKind", $"backend {reference.Name}: {reference.Group}/{kind} is no kind of backend; use a Service");
        }

        string ns = NamespaceOf(route, reference);
        if (!isHostname && ns != route.Namespace && !IsGranted(route, ns, reference.Name))
        {
            return (
                "RefNotPermitted",
                $"backend {ns}/{reference.Name} is in another namespace, where no ReferenceGrant lets {route.Kind} of {route.Namespace} in");
        }

        if (services.Find(HostOf(route, reference)) is not { } service)
        {
            string? near = NearestName.Find(reference.Name, services.InNamespace(ns).Select(each => each.Name));
            return ("BackendNotFound", $"unknown Service {ns}/{reference.Name}" + (near is null ? "" : $"; did you mean {near}?"));
        }

        return reference.Port is not { } port
            ? ("UnsupportedValue", $"backend {reference.Name} needs a port")
            : ProblemOfPort(service, reference, port);
    }

    private static (string Reason, string Message)? ProblemOfPort(MeshService service, BackendObjectReference reference, int port)
    {
        if (service.Port(port) is not null)
        {
            return null;
        }

        string known = string.Join(", ", service.Ports.Select(each => each.Number.ToString(CultureInfo.InvariantCulture)));
        return ("BackendNotFound", $"Service {reference.Name} has no port {port} (it has {known})");
    }

    private bool IsGranted(ResourceKey route, string ns, string name) => grants.Any(grant =>
        grant.Key.Namespace == ns
        && grant.Spec.From.Any(from => from.Group == route.Group && from.Kind == route.Kind && from.Namespace == route.Namespace)
        && grant.Spec.To.Any(to => to is { Group: "", Kind: "Service" } && (to.Name.Length == 0 || to.Name == name)));
}
