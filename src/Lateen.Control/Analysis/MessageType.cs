namespace Lateen.Control.Analysis;

using Lateen.Api.Text;

/// <summary>A kind of message: code, name and level are Istio's, so that suppressions and thresholds carry over.</summary>
public sealed record MessageType(string Code, Severity Level, string Name);
