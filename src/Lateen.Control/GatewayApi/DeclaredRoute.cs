namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;

/// <summary>A route of any kind; a gRPC route's rules are HTTP rules here.</summary>
/// <param name="Parents">What it attaches to.</param>
/// <param name="Hostnames">Hosts; none means all.</param>
/// <param name="Http">Rules for requests.</param>
/// <param name="L4">Rules for connections.</param>
/// <param name="Unsupported">What the route asks for and nobody does, or empty.</param>
internal sealed record DeclaredRoute(
    ValueList<ParentReference> Parents,
    ValueList<string> Hostnames,
    ValueList<HttpRouteRule> Http,
    ValueList<L4RouteRule> L4,
    string Unsupported);
