namespace Lateen.Local.ApiServer.Http;
using Lateen.Local.ApiServer.Resources;
using Microsoft.AspNetCore.Http;
/// <summary>OpenAPI documents.</summary>
internal sealed class OpenApiHandler(ResourceCatalog catalog)
{
    public Task<bool> TryHandleAsync(HttpContext http) => Task.FromResult(catalog.All.Count == 0);
}
