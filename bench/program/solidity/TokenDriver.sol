// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Token} from "./Token.sol";

/// Each function works through `count` different accounts in one call, and returns what the token then says.
contract TokenDriver {
    function mint(Token token, uint256 count) external returns (uint256 supply) {
        for (uint256 i = 0; i < count; i++) {
            token.mint(account(i), i + 1);
        }
        return token.totalSupply();
    }

    function transfer(Token token, uint256 count) external returns (uint256 left) {
        token.mint(address(this), count * count);
        for (uint256 i = 0; i < count; i++) {
            require(token.transfer(account(i), i + 1));
        }
        return token.balanceOf(address(this));
    }

    function approve(Token token, uint256 count) external returns (uint256 last) {
        for (uint256 i = 0; i < count; i++) {
            require(token.approve(account(i), i + 1));
        }
        return token.allowance(address(this), account(count - 1));
    }

    function account(uint256 index) private pure returns (address) {
        return address(uint160(0xacc) << 148 | uint160(index));
    }
}
