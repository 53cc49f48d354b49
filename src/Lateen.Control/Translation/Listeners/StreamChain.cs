namespace Lateen.Control.Translation.Listeners;

using Lateen.Api.Names;

/// <summary>Connections that go to some clusters byte by byte.</summary>
/// <param name="ServerNames">TLS server names that clients ask for; empty for any connection.</param>
/// <param name="Subnets">Destination prefixes; empty for any.</param>
/// <param name="Targets">Clusters and their shares.</param>
/// <param name="Policy">What destination rules say of such connections.</param>
internal sealed record StreamChain(
    ValueList<string> ServerNames, ValueList<string> Subnets, ValueList<WeightedTarget> Targets, StreamPolicy Policy)
{
    public bool TakesEverything => ServerNames.Count == 0 && Subnets.Count == 0;
}
