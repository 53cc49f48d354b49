namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Schemas;

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

    [Description("Rules for TLS connections by server name. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? Tls { get; init; }

    [Description("Namespaces that see these rules. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? ExportTo { get; init; }
}
