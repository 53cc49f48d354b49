namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using Lateen.Api.Names;

/// <summary>Conditions on one TLS connection, all of which must hold.</summary>
public sealed record TlsMatchAttributes : L4MatchAttributes
{
    [Description("Server names (SNI) that the client asks for: names or *. wildcards within the rule's hosts.")]
    public ValueList<string> SniHosts { get; init; } = [];
}
