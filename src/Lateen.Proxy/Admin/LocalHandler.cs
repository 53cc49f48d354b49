namespace Lateen.Proxy.Admin;

/// <summary>Answers one request; runs off the loop, so it may take its time.</summary>
public delegate Task<LocalResponse> LocalHandler(LocalRequest request, CancellationToken cancel);
