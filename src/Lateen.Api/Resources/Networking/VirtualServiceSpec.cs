namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>The rules of a VirtualService.</summary>
public sealed record VirtualServiceSpec
{
    [Description("Hosts whose requests are routed: DNS names, a short Service name of this namespace, or a *. wildcard.")]
    public ValueList<string> Hosts { get; init; } = [];

    [Description("Gateways (name or namespace/name) that apply the rules; the word mesh means all sidecars, and is the default.")]
    public ValueList<string> Gateways { get; init; } = [];

    [Description("Rules for HTTP requests, tried in order; the first that matches decides.")]
    public ValueList<HttpRoute> Http { get; init; } = [];

    [Description("Rules for TCP connections, tried in order; the first that matches decides.")]
    public ValueList<TcpRoute> Tcp { get; init; } = [];

    [Description("Rules for TLS connections by server name, tried in order; the connections stay encrypted.")]
    public ValueList<TlsRoute> Tls { get; init; } = [];

    [Description("Namespaces whose proxies see these rules: names, . (the own) or * (all, the default).")]
    public ValueList<string> ExportTo { get; init; } = [];
}
