namespace Lateen.Control.Translation.Routes;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;

/// <summary>One rule as it applies to one proxy: matches that can never hold there are gone, destinations are clusters.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Clusters">Cluster names, in the order of the rule's destinations.</param>
/// <param name="ConfigPath">The virtual service it comes from.</param>
/// <param name="Operation">Names calls in traces.</param>
internal sealed record RuleInputs(HttpRoute Rule, ValueList<string> Clusters, string ConfigPath, string Operation);
