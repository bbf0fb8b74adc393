namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>The sign-in did not come to its end. The text carries what the page or endpoint said, and no password, code or token.</summary>
internal sealed class LoginFailedException : Exception
{
    public LoginFailedException()
    {
    }

    public LoginFailedException(string message)
        : base(message)
    {
    }

    public LoginFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
