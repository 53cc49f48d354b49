namespace Lateen.Local.ApiServer.Admission;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.Store;
/// <summary>Calls admission webhooks.</summary>
internal sealed class WebhookAdmission(ObjectStore store, ResourceCatalog catalog, Action<string> log)
{
    public Func<string, string, int, CancellationToken, Task<Stream>>? Dialer { get; set; }
    public Task MutateAsync(AdmissionRequest request) { _ = store; _ = catalog; _ = log; return Task.CompletedTask; }
    public Task ValidateAsync(AdmissionRequest request) => Task.CompletedTask;
}
