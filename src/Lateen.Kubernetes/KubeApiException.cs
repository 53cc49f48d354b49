namespace Lateen.Kubernetes;

using System.Net;

/// <summary>The Kubernetes API refused or failed; the message names the call and repeats the server's own words.</summary>
public sealed class KubeApiException(HttpStatusCode status, string message) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;
}
