namespace Lateen.CommandLine.Analysis;

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;
using Lateen.Control.Analysis;
using Lateen.Control.Registry;

/// <summary>What the mesh does with a pod or a Service, in sentences: ports, rules, gateways, and what is wrong with them.</summary>
internal sealed class Description(AnalysisSet set)
{
    private const string Proxy = "istio-proxy";
    private const string Rule = "--------------------\n";

    private readonly StringBuilder _text = new();
    private readonly HashSet<AnalysisObject> _concerned = [];

    public string OfPod(AnalysisObject pod)
    {
        _concerned.Add(pod);
        Line($"Pod: {pod.Name}");
        if (!Containers(pod).Any(static c => c.TextAt("name") == Proxy))
        {
            Line("   WARNING: the pod has no proxy, so rules have no effect on its calls");
        }

        Line($"   Pod Revision: {pod.Annotations.GetValueOrDefault("istio.io/rev", "default")}");
        Line($"   Pod Ports: {(Ports(pod).Any() ? Join(Ports(pod)) : "none")}");
        List<AnalysisObject> services =
            [.. set.Services.Where(s =>
                s.Namespace == pod.Namespace && AnalysisSet.Selects(s.Map("spec", "selector"), pod.Labels))];
        foreach (AnalysisObject service in services)
        {
            _text.Append(Rule);
            Service(service, pod);
        }

        if (services.Count == 0)
        {
            Line("   No Service selects the pod");
        }

        return Finish();
    }

    public string OfService(AnalysisObject service)
    {
        AnalysisObject? pod = set.Pods.FirstOrDefault(p =>
            p.Namespace == service.Namespace && AnalysisSet.Selects(service.Map("spec", "selector"), p.Labels));
        Service(service, pod);
        return Finish();
    }

    private void Service(AnalysisObject service, AnalysisObject? pod)
    {
        _concerned.Add(service);
        string suffix = service.Namespace == "default" ? "" : $".{service.Namespace}";
        Line($"Service: {service.Name}{suffix}");
        foreach (JsonObject port in service.Root.ObjectsAt("spec", "ports"))
        {
            ServiceProtocol protocol = ProtocolSelection.Select(
                port.NumberAt("port"), port.TextAt("name"), port.TextAt("appProtocol"), port.TextAt("protocol"));
            string target = port.TextAt("targetPort") is { Length: > 0 } text ? text : port.TextAt("port");
            string shown = protocol is ServiceProtocol.Auto ? "auto-detect" : protocol.ToString().ToUpperInvariant();
            Line($"   Port: {port.TextAt("name")} {port.TextAt("port")}/{shown} targets pod port {target}");
        }

        string host = set.FullHost(service.Name, service.Namespace);
        foreach (AnalysisObject rule in set.Istio("DestinationRule"))
        {
            if (rule.TrySpec(out DestinationRuleSpec? spec) && set.FullHost(spec.Host, rule.Namespace) == host)
            {
                DestinationRule(rule, spec, pod);
            }
        }

        foreach (AnalysisObject rule in set.Istio("VirtualService"))
        {
            if (rule.TrySpec(out VirtualServiceSpec? spec))
            {
                VirtualService(rule, spec, host);
            }
        }

        foreach (AnalysisObject route in set.GatewayApi("HTTPRoute").Where(r => Names(r, service)))
        {
            _concerned.Add(route);
            Line($"HTTPRoute: {route.Name}{(route.Namespace == service.Namespace ? "" : "." + route.Namespace)}");
            IEnumerable<string> parents = route.Root.ObjectsAt("spec", "parentRefs")
                .Select(static p => $"{(p.TextAt("kind") is { Length: > 0 } kind ? kind : "Gateway")} {p.TextAt("name")}");
            Line($"   {route.Root.ObjectsAt("spec", "rules").Count()} rule(s), parents {Join(parents)}");
        }
    }

    private void DestinationRule(AnalysisObject rule, DestinationRuleSpec spec, AnalysisObject? pod)
    {
        _concerned.Add(rule);
        Line($"DestinationRule: {rule.Name} for \"{spec.Host}\"");
        if (!spec.Subsets.IsEmpty && pod is not null)
        {
            List<string> matching = [.. spec.Subsets.Where(s =>
                s.Labels.All(l => pod.Labels.GetValueOrDefault(l.Key) == l.Value)).Select(static s => s.Name)];
            List<string> others = [.. spec.Subsets.Select(static s => s.Name).Except(matching)];
            Line(matching.Count > 0 ? $"   Matching subsets: {Join(matching)}"
                : "   WARNING: no subset of this rule matches the pod");
            if (others.Count > 0)
            {
                Line($"      (Non-matching subsets {string.Join(',', others)})");
            }
        }

        if (spec.TrafficPolicy is null)
        {
            Line("   No Traffic Policy");
            return;
        }

        (string Name, bool Given)[] parts =
        [
            ("load balancer", spec.TrafficPolicy.LoadBalancer is not null),
            ("connection pool", spec.TrafficPolicy.ConnectionPool is not null),
            ("outlier detection", spec.TrafficPolicy.OutlierDetection is not null),
        ];
        Line($"   Traffic Policy: {Join(parts.Where(static p => p.Given).Select(static p => p.Name))}");
    }

    private void VirtualService(AnalysisObject rule, VirtualServiceSpec spec, string host)
    {
        bool ownsHost = spec.Hosts.Any(h => set.FullHost(h, rule.Namespace) == host);
        List<HttpRoute> routes = [.. spec.Http.Where(r => ownsHost || r.Route.Any(d => Is(d.Destination, rule, host)))];
        int streams = spec.Tcp.Count(r => ownsHost || r.Route.Any(d => Is(d.Destination, rule, host)))
            + spec.Tls.Count(r => ownsHost || r.Route.Any(d => Is(d.Destination, rule, host)));
        if (routes.Count + streams == 0)
        {
            return;
        }

        _concerned.Add(rule);
        List<string> gateways = [.. spec.Gateways.Where(static g => g != "mesh")];
        if (gateways.Count > 0)
        {
            Line($"Exposed on gateway {Join(gateways)} for {Join(spec.Hosts)}");
        }

        Line($"VirtualService: {rule.Name}");
        if (streams > 0)
        {
            Line($"   {streams} TCP or TLS route(s)");
        }

        foreach (HttpRoute route in routes)
        {
            string match = route.Match.IsEmpty ? "Match: everything" : $"Match: {Join(route.Match.Select(Condition))}";
            string to = Join(route.Route.Select(d => Destination(d, route.Route.Count > 1)));
            Line($"   {match}{(to.Length > 0 ? $"; route to {to}" : "")}{Extras(route)}");
        }
    }

    private static string Condition(HttpMatchRequest match)
    {
        List<string> parts = [];
        if (match.Uri is { } uri)
        {
            parts.Add(Text(uri));
        }

        parts.AddRange(match.Headers.Select(static h => $"{h.Key} {Text(h.Value)}"));
        if (match.Method is { } method)
        {
            parts.Add(Text(method));
        }

        return parts.Count == 0 ? "(other conditions)" : string.Join(' ', parts);
    }

    private static string Text(StringMatch match) =>
        match.Exact ?? (match.Prefix is { } prefix ? prefix + "*" : match.Regex is { } regex ? $"regex {regex}" : "present");

    private static string Destination(HttpRouteDestination each, bool isWeighted) =>
        each.Destination is not { } to ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"{to.Host}{(to.Subset.Length > 0 ? $" subset {to.Subset}" : "")}{(isWeighted ? $" (weight {each.Weight})" : "")}");

    private static string Extras(HttpRoute route)
    {
        (string Name, bool Given)[] parts =
        [
            ("fault", route.Fault is not null), ("timeout", route.Timeout is not null), ("retries", route.Retries is not null),
            ("mirror", route.Mirror is not null || !route.Mirrors.IsEmpty), ("redirect", route.Redirect is not null),
        ];
        List<string> given = [.. parts.Where(static p => p.Given).Select(static p => p.Name)];
        return given.Count == 0 ? "" : $"; with {Join(given)}";
    }

    private bool Is(Destination? destination, AnalysisObject rule, string host) =>
        destination is not null && set.FullHost(destination.Host, rule.Namespace) == host;

    private static bool Names(AnalysisObject route, AnalysisObject service) =>
        route.Root.ObjectsAt("spec", "parentRefs")
            .Concat(route.Root.ObjectsAt("spec", "rules").SelectMany(static r => r.ObjectsAt("backendRefs")))
            .Any(r => r.TextAt("kind") is "Service" or "" && r.TextAt("name") == service.Name
                && (r.TextAt("namespace") is { Length: > 0 } ns ? ns : route.Namespace) == service.Namespace);

    private static IEnumerable<JsonObject> Containers(AnalysisObject pod) =>
        pod.Root.ObjectsAt("spec", "containers").Concat(pod.Root.ObjectsAt("spec", "initContainers"));

    private static IEnumerable<string> Ports(AnalysisObject pod) =>
        from container in Containers(pod)
        from port in container.ObjectsAt("ports")
        select $"{port.TextAt("containerPort")} ({container.TextAt("name")})";

    private static string Join(IEnumerable<string> words) => string.Join(", ", words);

    private void Line(string line) => _text.Append(line).Append('\n');

    private string Finish()
    {
        foreach (AnalysisMessage message in MeshAnalysis.Run(set).Where(m =>
            _concerned.Contains(m.Object) && m.Type.Level is not Severity.Info))
        {
            string level = message.Type.Level is Severity.Error ? "ERROR" : "WARNING";
            string where = message.Reference.Length == 0 ? "" : " " + message.Reference;
            Line($"{level}: [{message.Type.Code}] ({message.Object.FriendlyName}{where}) {message.Text}");
        }

        return _text.ToString();
    }
}
