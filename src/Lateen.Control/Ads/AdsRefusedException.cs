namespace Lateen.Control.Ads;

/// <summary>The stream cannot be served; the text says why. Over gRPC it becomes INVALID_ARGUMENT.</summary>
public sealed class AdsRefusedException(string message) : Exception(message);
