namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>What the destination rules of one namespace say of one host.</summary>
/// <param name="Key">The oldest of the rules, which names the policy.</param>
/// <param name="TrafficPolicy">For the whole host.</param>
/// <param name="Subsets">Named groups of endpoints.</param>
public sealed record DestinationPolicy(ResourceKey Key, TrafficPolicy? TrafficPolicy, ValueList<Subset> Subsets)
{
    /// <summary>The first policy and the first subset of a name stay.</summary>
    public DestinationPolicy Merge(DestinationRuleSpec later) => new(
        Key,
        TrafficPolicy ?? later.TrafficPolicy,
        Subsets.Concat(later.Subsets.Where(subset => FindSubset(subset.Name) is null)).ToValueList());

    public Subset? FindSubset(string name)
    {
        foreach (Subset subset in Subsets)
        {
            if (subset.Name == name)
            {
                return subset;
            }
        }

        return null;
    }
}
