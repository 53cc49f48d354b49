namespace Lateen.Control.Translation.Routes;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;

/// <summary>The routes of one host.</summary>
/// <param name="Name">"host:port".</param>
/// <param name="Domains">Every way to write the host.</param>
/// <param name="Rules">Rules of virtual services, in order.</param>
/// <param name="DefaultCluster">Where everything goes when there are no rules; empty for none.</param>
/// <param name="Operation">Names calls in traces.</param>
internal sealed record VirtualHostInputs(
    string Name, ValueList<string> Domains, ValueList<RuleInputs> Rules, string DefaultCluster, string Operation)
{
    /// <summary>Affinity that the default cluster's rule asks for.</summary>
    public ValueList<ConsistentHash> DefaultHashes { get; init; } = [];

    /// <summary>Plaintext requests are answered with a redirect to https.</summary>
    public bool RequireTls { get; init; }
}
