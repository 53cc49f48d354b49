namespace Lateen.Control.Translation.Routes;

/// <summary>What happens to a request whose host nobody has routes for.</summary>
internal enum CatchAll
{
    /// <summary>404, at gateways.</summary>
    None,

    /// <summary>It goes where the caller meant it to go.</summary>
    AllowAny,

    /// <summary>502: only registered hosts may be called.</summary>
    BlockAll,
}
