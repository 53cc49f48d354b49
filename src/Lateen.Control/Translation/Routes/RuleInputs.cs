namespace Lateen.Control.Translation.Routes;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>One rule as it applies to one proxy: matches that can never hold there are gone, destinations are clusters.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Clusters">Cluster names, in the order of the rule's destinations.</param>
/// <param name="ConfigPath">The virtual service it comes from.</param>
/// <param name="Operation">Names calls in traces.</param>
internal sealed record RuleInputs(HttpRoute Rule, ValueList<string> Clusters, string ConfigPath, string Operation)
{
    /// <summary>Cluster names of the mirrors that get anything.</summary>
    public ValueList<string> Mirrors { get; init; } = [];

    /// <summary>Affinity that the destinations' rules ask for.</summary>
    public ValueList<ConsistentHash> Hashes { get; init; } = [];

    /// <summary>The port that requests come to, for redirects that keep it; else 0.</summary>
    public int RequestPort { get; init; }

    /// <summary>Rules of the Gateway API and of Ingress compare paths by whole segments.</summary>
    public ConfigOrigin Origin { get; init; }
}
