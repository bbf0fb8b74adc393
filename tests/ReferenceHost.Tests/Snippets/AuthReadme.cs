using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pulse.Auth;

namespace Pulse.ReferenceHost.Tests.Snippets;

/// <summary>The examples of the README of Pulse.Auth, in its order.</summary>
internal static class AuthReadme
{
    public static void Register(string[] args)
    {
        #region register
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddAuthentication(PulseJwtDefaults.AuthenticationScheme).AddPulseJwt(o => o.Issuers.Add(new PulseIssuerOptions
        {
            Issuer = "https://id.example/realms/pulse",
            Audiences = { "pulse-api" },
        }));
        builder.Services.AddPulseAuthorization();

        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/devices", (ClaimsPrincipal user) => $"devices of {user.GetPulseTenant()}").RequireAuthorization(PulsePolicies.Customer);
        app.Run();
        #endregion
    }
}
