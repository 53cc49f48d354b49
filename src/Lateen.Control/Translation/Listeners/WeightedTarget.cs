namespace Lateen.Control.Translation.Listeners;

/// <summary>A cluster and its share of connections.</summary>
internal readonly record struct WeightedTarget(string Cluster, int Weight);
