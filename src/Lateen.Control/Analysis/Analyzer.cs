namespace Lateen.Control.Analysis;

/// <summary>A named question to a set of objects; the answer depends on nothing else.</summary>
/// <param name="Name">Istio's name of it, where it has one.</param>
/// <param name="Description">What it looks for.</param>
/// <param name="Find">The answer.</param>
public sealed record Analyzer(string Name, string Description, Func<AnalysisSet, IEnumerable<AnalysisMessage>> Find);
