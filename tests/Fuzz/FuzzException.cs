namespace Lateen.Fuzz;

/// <summary>Something that must hold does not.</summary>
internal sealed class FuzzException(string message) : Exception(message);
