namespace Lateen.Control.Snapshot;

using Lateen.Api.Resources.Networking;

/// <summary>Everything a virtual service may send calls to.</summary>
internal static class RuleDestinations
{
    public static IEnumerable<Destination> Of(VirtualServiceSpec spec) =>
        spec.Http.SelectMany(rule => rule.Route.Select(each => each.Destination))
            .Concat(spec.Http.Select(rule => rule.Mirror))
            .Concat(spec.Http.SelectMany(rule => rule.Mirrors.Select(each => each.Destination)))
            .Concat(spec.Tls.SelectMany(rule => rule.Route.Select(each => each.Destination)))
            .Concat(spec.Tcp.SelectMany(rule => rule.Route.Select(each => each.Destination)))
            .OfType<Destination>();
}
