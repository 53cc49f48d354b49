namespace Lateen.Control.Status;

/// <summary>One condition of an object's status.</summary>
/// <param name="Type">Accepted, ReferencesResolved, Programmed or Shadowed.</param>
/// <param name="IsTrue">Its status.</param>
/// <param name="Reason">One word for machines.</param>
/// <param name="Message">A sentence for people.</param>
public sealed record ConditionStatus(string Type, bool IsTrue, string Reason, string Message);
