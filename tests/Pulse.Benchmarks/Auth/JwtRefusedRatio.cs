using Pulse.Auth;
using Pulse.Benchmarks.Ratios;

namespace Pulse.Benchmarks.Auth;

/// <summary>Tokens both sides refuse, in turns.</summary>
internal abstract class JwtRefusedRatio : Ratio
{
    private KeycloakToken _token = null!;
    private PulseOfflineTokenValidator _validator = null!;
    private JwtBearerPeer _peer = null!;
    private IReadOnlyList<string> _refused = [];

    public override string PeerName => JwtBearerPeer.Name;

    public override async ValueTask PrepareAsync()
    {
        _token = new KeycloakToken();
        _validator = new PulseOfflineTokenValidator(KeycloakToken.Issuer, KeycloakToken.Audience, _token.KeySet);
        _peer = new JwtBearerPeer(_token.KeySet);
        _refused = Choose(_token);
        if (!(await _validator.ValidateAsync(_token.Valid, CancellationToken.None)).Succeeded || !await _peer.AcceptsAsync(_token.Valid))
        {
            throw new InvalidOperationException("A good token is refused.");
        }

        foreach (var token in _refused)
        {
            if ((await _validator.ValidateAsync(token, CancellationToken.None)).Succeeded || await _peer.AcceptsAsync(token))
            {
                throw new InvalidOperationException("A bad token is accepted.");
            }
        }
    }

    public override async ValueTask RunOursAsync(int operations)
    {
        for (var done = 0; done < operations; done++)
        {
            await _validator.ValidateAsync(_refused[done % _refused.Count], CancellationToken.None);
        }
    }

    public override async ValueTask RunPeerAsync(int operations)
    {
        for (var done = 0; done < operations; done++)
        {
            await _peer.AcceptsAsync(_refused[done % _refused.Count]);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _validator.DisposeAsync();
        _token.Dispose();
        await base.DisposeAsync();
    }

    protected abstract IReadOnlyList<string> Choose(KeycloakToken token);
}
