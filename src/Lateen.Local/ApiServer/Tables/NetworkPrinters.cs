namespace Lateen.Local.ApiServer.Tables;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>Columns of services, endpoints and ingresses.</summary>
internal static class NetworkPrinters
{
    private const int MaxShown = 3;

    private static readonly TableColumn Name = new("Name", Format: "name");

    public static readonly TablePrinter Services = new(
        [
            Name, new("Type"), new("Cluster-IP"), new("External-IP"), new("Port(s)"), new("Age"), new("Selector", Priority: 1),
        ],
        (obj, now) => [obj.Name(), obj.Str("spec", "type"), obj.Str("spec", "clusterIP") ?? "<none>", ExternalIp(obj), Ports(obj),
            TablePrinters.Age(obj, now), TablePrinters.MapText(obj.Obj("spec", "selector"))]);

    public static readonly TablePrinter Endpoints = new(
        [Name, new("Endpoints"), new("Age")],
        (obj, now) => [obj.Name(), EndpointText(obj), TablePrinters.Age(obj, now)]);

    public static readonly TablePrinter EndpointSlices = new(
        [Name, new("AddressType"), new("Ports"), new("Endpoints"), new("Age")],
        (obj, now) => [obj.Name(), obj.Str("addressType"),
            Shorten([.. obj.Arr("ports").Objects().Select(port => $"{port.Int("port")}")], "<unset>"),
            Shorten([.. obj.Arr("endpoints").Objects().SelectMany(endpoint => endpoint.Arr("addresses").Strings())], "<unset>"),
            TablePrinters.Age(obj, now)]);

    public static readonly TablePrinter Ingresses = new(
        [Name, new("Class"), new("Hosts"), new("Address"), new("Ports"), new("Age")],
        (obj, now) => [obj.Name(), obj.Str("spec", "ingressClassName") ?? "<none>",
            string.Join(",", obj.Arr("spec", "rules").Objects().Select(rule => rule.Str("host") ?? "*")), Ingress(obj) ?? "",
            obj.Arr("spec", "tls") is { Count: > 0 } ? "80, 443" : "80", TablePrinters.Age(obj, now)]);

    private static string ExternalIp(JsonObject service)
    {
        string? given = service.Arr("spec", "externalIPs") is { Count: > 0 } list ? string.Join(",", list.Strings()) : null;
        return service.Str("spec", "type") switch
        {
            "ExternalName" => service.Str("spec", "externalName") ?? "<none>",
            "LoadBalancer" => Ingress(service) ?? given ?? "<pending>",
            _ => given ?? "<none>",
        };
    }

    private static string? Ingress(JsonObject obj)
    {
        var addresses = obj.Arr("status", "loadBalancer", "ingress").Objects()
            .Select(entry => entry.Str("ip") ?? entry.Str("hostname")).Where(address => address is not null).ToList();
        return addresses.Count == 0 ? null : string.Join(",", addresses);
    }

    private static string Ports(JsonObject service)
    {
        var ports = service.Arr("spec", "ports").Objects().Select(port =>
        {
            string node = port.Int("nodePort") is > 0 and { } number ? $":{number}" : "";
            return $"{port.Int("port")}{node}/{port.Str("protocol") ?? "TCP"}";
        }).ToList();
        return ports.Count == 0 ? "<none>" : string.Join(",", ports);
    }

    private static string EndpointText(JsonObject endpoints)
    {
        var all = new List<string>();
        foreach (JsonObject subset in endpoints.Arr("subsets").Objects())
        {
            var ports = subset.Arr("ports").Objects().Select(port => $":{port.Int("port")}").DefaultIfEmpty("").ToList();
            all.AddRange(ports.SelectMany(port => subset.Arr("addresses").Objects()
                .Select(address => $"{address.Str("ip")}{port}")));
        }

        return Shorten(all, "<none>");
    }

    private static string Shorten(List<string> items, string none)
    {
        return items.Count == 0 ? none
            : items.Count <= MaxShown ? string.Join(",", items)
            : $"{string.Join(",", items.Take(MaxShown))} + {items.Count - MaxShown} more...";
    }
}
