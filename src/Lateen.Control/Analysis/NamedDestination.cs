namespace Lateen.Control.Analysis;

using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>A destination of a virtual service, and where it is written.</summary>
internal sealed record NamedDestination(Destination Destination, string Path, bool IsHttp)
{
    public static IEnumerable<NamedDestination> Of(VirtualServiceSpec spec)
    {
        IEnumerable<(Destination?, string, bool)> all = spec.Http.SelectMany(OfHttp)
            .Concat(spec.Tls.SelectMany((rule, r) => OfStream(rule.Route, FieldPath.Item("spec.tls", r))))
            .Concat(spec.Tcp.SelectMany((rule, r) => OfStream(rule.Route, FieldPath.Item("spec.tcp", r))));
        return all.Where(static e => e.Item1 is { Host.Length: > 0 })
            .Select(static e => new NamedDestination(e.Item1 ?? new Destination(), e.Item2, e.Item3));
    }

    private static IEnumerable<(Destination?, string, bool)> OfHttp(HttpRoute rule, int index)
    {
        string path = FieldPath.Item("spec.http", index);
        return rule.Route.Select((each, i) => (each.Destination, FieldPath.Item(path + ".route", i) + ".destination", true))
            .Append((rule.Mirror, path + ".mirror", true))
            .Concat(rule.Mirrors.Select((each, i) =>
                (each.Destination, FieldPath.Item(path + ".mirrors", i) + ".destination", true)));
    }

    private static IEnumerable<(Destination?, string, bool)> OfStream(IEnumerable<RouteDestination> route, string path) =>
        route.Select((each, i) => (each.Destination, FieldPath.Item(path + ".route", i) + ".destination", false));
}
