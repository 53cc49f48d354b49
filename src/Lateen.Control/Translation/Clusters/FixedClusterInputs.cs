namespace Lateen.Control.Translation.Clusters;

/// <summary>Everything a fixed cluster depends on.</summary>
internal sealed record FixedClusterInputs(string Name, TimeSpan ConnectTimeout);
