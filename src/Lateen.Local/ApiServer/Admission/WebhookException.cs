namespace Lateen.Local.ApiServer.Admission;

/// <summary>A webhook could not be reached or did not answer sensibly.</summary>
internal sealed class WebhookException(string message, Exception? inner = null) : Exception(message, inner);
