namespace Lateen.Control.Config;

/// <summary>An object that is stored in the API and cannot be used (it came past the webhook).</summary>
/// <param name="Key">Which.</param>
/// <param name="Generation">Of the content that was refused.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record RejectedObject(ResourceKey Key, long Generation, string Reason);
